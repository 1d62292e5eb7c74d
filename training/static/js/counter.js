// How many characters are left under a text; said to screen readers only near the end.

const NUMBERS = new Intl.NumberFormat("fr-FR");

function words(left) {
  if (left < 0) return `${NUMBERS.format(-left)} caractère${left < -1 ? "s" : ""} de trop`;
  return `Il reste ${NUMBERS.format(left)} caractère${left > 1 ? "s" : ""}`;
}

export function enhance(line) {
  const most = Number(line.dataset.counter);
  const area = document.getElementById(line.dataset.for);
  const show = () => {
    const left = most - area.value.length;
    line.setAttribute("aria-live", left < most / 10 ? "polite" : "off");
    line.classList.toggle("over", left < 0);
    line.textContent = words(left);
  };
  area.addEventListener("input", show);
  show();
}
