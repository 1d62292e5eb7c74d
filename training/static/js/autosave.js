// Keeps a draft two seconds after the last change: the fields, never the files, are posted to data-autosave.
// The server answers 2xx, with {"saved_at": "14 h 32"} and {"changed": "…"} if it likes, or 409 with {"message": "…"} when
// nothing more can be kept; the line [data-saved] tells the person.

const PAUSE = 2000;
const RETRY = 15000;
const CHECK =
  '<svg class="icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m2.5 8.6 3.6 3.6 7.4-8"/></svg>';

function hour() {
  const now = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" });
  const parts = Object.fromEntries(now.formatToParts(new Date()).map((part) => [part.type, part.value]));
  return `${Number(parts.hour)}\u00a0h\u00a0${parts.minute}`;
}

function draft(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.delete("once");
  return data;
}

export function enhance(form) {
  const line = form.querySelector("[data-saved]");
  let timer = 0;
  let leaving = false;
  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(keep, delay);
  };
  const say = (text, kept) => {
    line.classList.toggle("unsaved", !kept);
    line.textContent = text;
    if (kept) line.insertAdjacentHTML("afterbegin", CHECK);
  };
  async function keep() {
    if (leaving) return;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: draft(form),
        headers: { Accept: "application/json", "X-Autosave": "1" },
      });
      if (answer.status === 401) {
        say("Votre session a expiré. Continuez : au moment d’envoyer, vous vous reconnecterez sans rien perdre.", false);
        return;
      }
      if (answer.status === 409) {
        say((await answer.json()).message, false);
        return;
      }
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const body = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
      if (body.changed) say(body.changed, false);
      else say(`Enregistré à ${body.saved_at || hour()}`, true);
    } catch {
      say("Pas encore enregistré : la connexion semble coupée. Nouvel essai dans un instant.", false);
      later(RETRY);
    }
  }
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
}
