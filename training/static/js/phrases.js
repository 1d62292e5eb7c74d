// A kept sentence goes into the comment where the caret stands, without leaving the page.

export function enhance(link) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.dataset.into);
    if (!field) return;
    event.preventDefault();
    const before = field.value.slice(0, field.selectionEnd).trimEnd();
    const after = field.value.slice(field.selectionEnd).trimStart();
    field.value = [before, link.dataset.phrase, after].filter(Boolean).join("\n\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
