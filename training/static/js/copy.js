// A button that copies the value beside it, and says so.

export function enhance(block) {
  const input = block.querySelector("input");
  const button = block.querySelector("button");
  const said = block.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      said.textContent = "Copié.";
    } catch {
      input.select();
      said.textContent = "L’adresse est sélectionnée : copiez-la avec Ctrl + C.";
    }
  });
}
