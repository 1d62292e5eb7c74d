// A seminar of the year is dragged to another day: the page that moves a whole seminar shows what that will do.

const DAY = 86_400_000;

export function enhance(year) {
  const form = year.querySelector("[data-drag-form]");
  let held = null;

  for (const cell of year.querySelectorAll("[data-seminar]")) cell.draggable = true;
  year.querySelector("[data-drag-hint]").hidden = false;

  function target(event) {
    const cell = event.target.closest?.("[data-day]");
    return held && cell && cell.dataset.day !== held.day ? cell : null;
  }

  function clear(mark) {
    for (const cell of year.querySelectorAll(`.${mark}`)) cell.classList.remove(mark);
  }

  year.addEventListener("dragstart", (event) => {
    const cell = event.target.closest?.("[data-seminar]");
    if (!cell) return;
    held = { address: cell.dataset.seminar, day: cell.dataset.day };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", cell.dataset.day);
    for (const each of year.querySelectorAll("[data-seminar]")) {
      if (each.dataset.seminar === held.address) each.classList.add("is-held");
    }
  });

  year.addEventListener("dragover", (event) => {
    const cell = target(event);
    clear("is-target");
    if (!cell) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    cell.classList.add("is-target");
  });

  year.addEventListener("drop", (event) => {
    const cell = target(event);
    if (!cell) return;
    event.preventDefault();
    const days = Math.round((Date.parse(cell.dataset.day) - Date.parse(held.day)) / DAY);
    form.action = held.address;
    form.elements.days.value = Math.abs(days);
    form.elements.sense.value = days < 0 ? "earlier" : "later";
    form.submit();
  });

  year.addEventListener("dragend", () => {
    held = null;
    clear("is-held");
    clear("is-target");
  });
}
