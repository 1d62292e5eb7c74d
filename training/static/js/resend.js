// A signature on a poor connection: sent again until it is answered, always under the same key, so that it counts once.

const WAITS = [1000, 2000, 4000, 8000];
const PATIENCE = 10000;

const pause = (delay) => new Promise((resolve) => setTimeout(resolve, delay));

async function send(form) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(form.action, { method: "post", body: new FormData(form), credentials: "same-origin", signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}

export function enhance(form) {
  const said = form.querySelector("[data-resend]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const button = form.querySelector('button[type="submit"]');
    button.setAttribute("aria-disabled", "true");
    for (let tries = 0; ; tries += 1) {
      said.textContent = tries ? "Le réseau est faible : nouvel essai. Gardez cette page ouverte." : "Envoi de votre signature…";
      try {
        const answer = await send(form);
        if (answer.redirected) {
          location.assign(answer.url);
          return;
        }
        if (answer.status < 500) break;
      } catch {
        // No answer: it may have arrived all the same, and its key makes sure that it counts once.
      }
      await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
    }
    form.submit(); // the page that refuses shows why
  });
}
