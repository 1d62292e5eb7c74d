// A part of the page that shows what others do: asks every three seconds whether anything has changed, and reads the
// page again only then. Without this module, the link "Actualiser" does it.

const EVERY = 3000;

async function renew(part) {
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!answer.ok) return part;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById(part.id);
  if (!next) return part;
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  part.replaceWith(next);
  if (focused) next.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  return next;
}

export function enhance(first) {
  let part = first;
  let busy = false;
  const timer = setInterval(async () => {
    if (busy || document.hidden) return;
    const address = part.dataset.watch;
    if (!address) {
      clearInterval(timer);
      return;
    }
    busy = true;
    try {
      if ("watchPage" in part.dataset) {
        part = await renew(part);
      } else {
        const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
        if (answer.status === 200) part = await renew(part);
      }
    } catch {
      // No network: the next tick tries again, and the page says when it was last read by what it shows.
    } finally {
      busy = false;
    }
  }, EVERY);
}
