// Files: name, size and thumbnail once chosen; progress while they travel. Without this module the form sends as usual.

const THUMBNAIL = 88;
const NUMBERS = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });

function size(bytes) {
  if (bytes < 1000) return `${bytes}\u00a0octets`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)}\u00a0ko`;
  return `${NUMBERS.format(bytes / 1e6)}\u00a0Mo`;
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

async function thumbnail(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const side = Math.min(image.width, image.height);
  const canvas = element("canvas", { width: THUMBNAIL, height: THUMBNAIL });
  const from = [(image.width - side) / 2, (image.height - side) / 2, side, side];
  canvas.getContext("2d").drawImage(image, ...from, 0, 0, THUMBNAIL, THUMBNAIL);
  image.close();
  return canvas;
}

function describe(file) {
  const line = element(
    "li",
    { className: "file" },
    element("span"),
    element("span", { className: "file-name", textContent: file.name }),
    element("span", { className: "file-size", textContent: size(file.size) }),
  );
  if (file.type.startsWith("image/")) {
    thumbnail(file).then((canvas) => line.firstChild.replaceWith(canvas), () => {});
  }
  return line;
}

function chosen(block) {
  const input = block.querySelector('input[type="file"]');
  const list = block.querySelector("[data-chosen]");
  input.addEventListener("change", () => {
    list.replaceChildren(...[...input.files].map(describe));
    list.hidden = input.files.length === 0;
  });
}

// The page that answers takes the place of this one, at its own address, as if the browser had gone there.
function replace(html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  if (address !== location.href) history.pushState(null, "", address);
  scrollTo(0, 0);
  document.dispatchEvent(new Event("page:replaced"));
  (document.querySelector("[autofocus]") || document.querySelector("main"))?.focus();
}

function progressLine(form) {
  const bar = element("progress", { max: 100, value: 0, ariaLabel: "Envoi des fichiers" });
  const words = element("p", { className: "saved" });
  words.setAttribute("role", "status");
  form.append(element("div", { className: "progress-line" }, bar, words));
  return { bar, words };
}

function send(form, submitter) {
  const { bar, words } = progressLine(form);
  const request = new XMLHttpRequest();
  const failed = (sentence) => {
    bar.parentElement.remove();
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    const told = form.querySelector(".send-failed") || form.appendChild(element("p", { className: "field-error send-failed" }));
    told.setAttribute("role", "alert");
    told.textContent = sentence;
  };
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    words.textContent =
      event.loaded < event.total ? `Envoi : ${size(event.loaded)} sur ${size(event.total)}` : "Vérification des fichiers…";
  });
  request.addEventListener("load", () => {
    const type = request.getResponseHeader("Content-Type") || "";
    if (type.startsWith("text/html")) replace(request.responseText, request.responseURL);
    else location.assign(request.responseURL);
  });
  request.addEventListener("error", () => failed("La connexion s’est coupée : rien n’a été reçu. Vos fichiers sont toujours choisis, envoyez-les à nouveau."));
  request.addEventListener("abort", () => failed("L’envoi a été interrompu : rien n’a été reçu."));
  request.open("POST", form.getAttribute("action") || location.href);
  request.send(new FormData(form, submitter));
}

export function enhance(block) {
  if (!(block instanceof HTMLFormElement)) {
    chosen(block);
    return;
  }
  block.addEventListener("submit", (event) => {
    const files = [...block.querySelectorAll('input[type="file"]')].some((input) => input.files.length > 0);
    if (!files || block.dataset.sent) return;
    event.preventDefault();
    block.dataset.sent = "yes";
    for (const button of block.querySelectorAll('button[type="submit"]')) button.setAttribute("aria-disabled", "true");
    send(block, event.submitter);
  });
}
