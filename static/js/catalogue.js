// What forms cannot do by themselves: find while one types, guard what was typed.

// Rows that do not hold each of the words are hidden; groups without a row that does, too.
const field = document.querySelector("[data-filter]");
field?.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of document.querySelectorAll("[data-filter-group]")) {
    const title = group.querySelector("h2, .price-heading th")?.textContent.toLowerCase() ?? "";
    let found = words.every((word) => title.includes(word));
    for (const row of group.querySelectorAll(field.dataset.filter)) {
      row.hidden = !words.every((word) => `${title} ${row.dataset.row}`.includes(word));
      found ||= !row.hidden;
    }
    group.hidden = !found;
  }
});

// What was changed is marked, and whoever leaves with something unsaved is asked.
for (const form of document.querySelectorAll("[data-guarded]")) {
  const isChanged = (field) => field.type !== "hidden" && field.defaultValue !== undefined && field.value !== field.defaultValue;
  let sent = false;
  form.addEventListener("input", ({ target }) => target.classList.toggle("is-changed", isChanged(target)));
  form.addEventListener("submit", () => (sent = true));
  addEventListener("beforeunload", (event) => {
    if (!sent && [...form.elements].some(isChanged)) event.preventDefault();
  });
}

// Up and down lead from price to price.
document.querySelector(".price-sheet")?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey) return;
  const fields = [...event.currentTarget.querySelectorAll("tr:not([hidden]) input")].filter((each) => each.checkVisibility());
  const next = fields[fields.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
});
