// What forms cannot do by themselves: find while one types, move a row by dragging, guard what was typed.

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

// A row is held by its grip and let go where it belongs: the form is sent with the new order.
let held = null;
for (const form of document.querySelectorAll("[data-sortable]")) {
  const rows = () => [...form.querySelectorAll("[data-code]")];
  for (const row of rows()) {
    const grip = row.querySelector(".option-grip");
    grip.addEventListener("pointerdown", () => (row.draggable = true));
    grip.addEventListener("pointerup", () => (row.draggable = false));
    row.addEventListener("dragstart", (event) => {
      held = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.code);
      row.classList.add("held");
    });
    row.addEventListener("dragover", (event) => {
      if (!held || held.closest("form") !== form) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      if (row !== held) event.clientY < box.top + box.height / 2 ? row.before(held) : row.after(held);
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      row.classList.remove("held");
      held = null;
      const order = rows().map((each) => each.dataset.code).join(" ");
      if (order === form.dataset.order) return;
      const sent = form.appendChild(document.createElement("input"));
      Object.assign(sent, { type: "hidden", name: "order", value: order });
      form.submit();
    });
  }
  form.dataset.order = rows().map((each) => each.dataset.code).join(" ");
}

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
