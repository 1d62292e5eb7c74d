// Puts enhancements on pages that already work without them. A module is fetched only where its mark stands.

const MODULES = [
  ['[data-enhance~="upload"], [data-file]', () => import("./upload.js")],
  ["[data-autosave]", () => import("./autosave.js")],
  ['[data-enhance~="rows"]', () => import("./rows.js")],
  ['[data-enhance~="keys"]', () => import("./keys.js")],
  ["[data-drag]", () => import("./drag.js")],
  ["[data-copy]", () => import("./copy.js")],
  ["[data-counter]", () => import("./counter.js")],
  ["[data-gather]", () => import("./gather.js")],
  ["[data-phrase]", () => import("./phrases.js")],
  ["[data-live]", () => import("./live.js")],
  ['[data-enhance~="resend"]', () => import("./resend.js")],
  ["[data-signature]", () => import("./signature.js")],
  ["[data-watch]", () => import("./watch.js")],
];

const done = new Map(MODULES.map(([mark]) => [mark, new WeakSet()]));

function enhance() {
  for (const [mark, load] of MODULES) {
    const found = [...document.querySelectorAll(mark)].filter((element) => !done.get(mark).has(element));
    if (found.length === 0) continue;
    for (const element of found) done.get(mark).add(element);
    load().then((module) => found.forEach(module.enhance));
  }
}

// A button pressed twice sends once; the server's own key makes sure of it for those without JavaScript.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll('button[type="submit"]')) button.setAttribute("aria-disabled", "true");
});

// Coming back by the browser's history finds the buttons alive again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

// Menus close on Escape, giving the focus back, and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("page:replaced", enhance);
enhance();
