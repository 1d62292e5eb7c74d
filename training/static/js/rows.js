// ↑ ↓ go from row to row of a list, on its first link; ↵ opens it, as on any link.

export function enhance(table) {
  table.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const row = event.target.closest("tr");
    if (!row || event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const links = [...table.tBodies[0].rows].map((each) => each.querySelector("a, button")).filter(Boolean);
    const here = links.findIndex((link) => row.contains(link));
    const next = links[event.key === "ArrowDown" ? here + 1 : Math.max(here - 1, 0)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
