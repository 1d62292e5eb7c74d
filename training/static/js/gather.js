// Several files, sent in parts: dropped or chosen, listed, resumed where a broken connection left them. The server knows
// each file by its key and each part by its number, so that what is sent again is never doubled.

const PART = 1_000_000;
const TRIES = 6;
const PAUSE = 1500;
const NUMBERS = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });

function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))}\u00a0ko` : `${NUMBERS.format(bytes / 1e6)}\u00a0Mo`;
}

function pause(time) {
  return new Promise((done) => setTimeout(done, time));
}

function line(file) {
  const item = document.createElement("li");
  item.className = "file";
  const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
  const weight = Object.assign(document.createElement("span"), { className: "file-size", textContent: size(file.size) });
  const state = Object.assign(document.createElement("span"), { className: "file-state" });
  item.append(document.createElement("span"), name, weight, state);
  return { item, state };
}

// An answer of the server, or an error that says to try again: the connection, not the file, is at fault.
async function ask(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  const type = response.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) throw new Error("unreachable");
  return { status: response.status, ...(await response.json()) };
}

async function patiently(act, waiting) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await act();
    } catch (fault) {
      if (tried === TRIES) throw fault;
      waiting();
      await pause(PAUSE * tried);
    }
  }
}

function body(form, values) {
  const data = new FormData();
  data.append("csrf_token", form.querySelector('[name="csrf_token"]').value);
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
}

async function send(form, file, state) {
  const address = form.dataset.gather;
  const key = `${file.name}:${file.size}:${file.lastModified}`;
  const total = Math.max(1, Math.ceil(file.size / PART));
  const waiting = () => { state.textContent = "Connexion perdue, nouvel essai…"; };
  const known = await patiently(() => ask(`${address}?key=${encodeURIComponent(key)}`), waiting);
  const there = new Set(known.received);
  for (let number = 0; number < total; number += 1) {
    if (there.has(number)) continue;
    const part = file.slice(number * PART, (number + 1) * PART);
    const answer = await patiently(() => ask(address, { method: "POST", body: body(form, { key, number, total, part }) }), waiting);
    if (answer.status >= 400) return answer;
    state.textContent = `${Math.round((100 * (number + 1)) / total)}\u00a0%`;
  }
  state.textContent = "Vérification…";
  return patiently(() => ask(`${address}/fin`, { method: "POST", body: body(form, { key, name: file.name }) }), waiting);
}

async function gather(form, files) {
  const list = form.querySelector("[data-sent]");
  const told = form.querySelector("[data-told]");
  const largest = Number(form.dataset.largest);
  let href = "";
  let refused = 0;
  list.hidden = false;
  form.setAttribute("aria-busy", "true");
  for (const file of files) {
    const { item, state } = line(file);
    list.append(item);
    if (file.size > largest) {
      refused += 1;
      state.textContent = `Trop lourd\u00a0: ${size(largest)} au plus. Réduisez-le, puis ajoutez-le de nouveau.`;
      continue;
    }
    told.textContent = `Envoi de ${file.name}`;
    try {
      const answer = await send(form, file, state);
      href = answer.href || href;
      refused += answer.href ? 0 : 1;
      state.textContent = answer.href ? "Reçu" : answer.message;
    } catch {
      refused += 1;
      state.textContent = "La connexion est coupée. Choisissez ce fichier de nouveau : l’envoi reprendra où il s’est arrêté.";
    }
  }
  form.removeAttribute("aria-busy");
  told.textContent = refused ? "Lisez ce qui est dit des fichiers ci-dessus." : "";
  const here = href && new URL(href, location.href).pathname === location.pathname;
  if (href && !refused && here) location.reload();
  else if (href && !refused) location.assign(href);
  if (href && refused) {
    const link = Object.assign(document.createElement("a"), { href, textContent: "Voir les fichiers reçus" });
    told.append(" ", link);
  }
}

export function enhance(form) {
  const input = form.querySelector('input[type="file"]');
  const button = form.querySelector('button[type="submit"]');
  button.parentElement.hidden = true;
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    if (files.length > 0) gather(form, files);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    const files = [...event.dataTransfer.files];
    if (files.length > 0) gather(form, files);
  });
}
