// → and ← lead to the next and the previous thing: the links marked data-key on the page. Not while typing, nor with a modifier.

export function enhance() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, iframe, [role=region]")) return;
    const link = document.querySelector(`a[data-key="${event.key}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}
