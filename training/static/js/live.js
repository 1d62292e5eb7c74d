// A part of a page that follows a room: asks every three seconds for what changed since the version it shows.
// A hidden page waits; a network that fails is asked again, less and less often. Without it, a link reloads the page.

const EVERY = 3000;
const SLOWEST = 24000;
const HELD = "a, button, summary";

export function enhance(part) {
  let wait = EVERY;
  let live = part;
  for (const link of document.querySelectorAll("[data-live-reload]")) link.hidden = true;

  async function ask() {
    if (!live.isConnected) return;
    if (document.hidden) return later();
    const address = new URL(live.dataset.live, location.href);
    address.searchParams.set("version", live.dataset.version);
    try {
      const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 200 && !answer.redirected) replace(await answer.text());
      else if (answer.status >= 400 && answer.status < 500) return; // the seat is gone: the page stays as it is
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, SLOWEST);
    }
    later();
  }

  function replace(text) {
    const holder = document.createElement("template");
    holder.innerHTML = text.trim();
    const next = holder.content.firstElementChild;
    if (!next || !next.dataset.live) return;
    next.dataset.following = "yes";
    const [shown, coming] = [live, next].map((each) => each.querySelector("details"));
    if (shown?.open && coming) coming.open = true; // what one was reading stays open
    const held = [...live.querySelectorAll(HELD)].indexOf(document.activeElement);
    live.replaceWith(next);
    live = next;
    if (held >= 0) next.querySelectorAll(HELD)[held]?.focus(); // whoever goes by the keyboard stays where she was
    if (next.dataset.reload) location.reload();
  }

  function later() {
    setTimeout(ask, wait);
  }

  if (part.dataset.following) return; // put there by the one that follows already
  later();
}
