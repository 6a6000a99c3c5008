// A row is held by its grip, by mouse, pen or finger, and let go where it belongs: the form is sent with where that is.
// Nothing moves before, so that nothing has to be put back: a line shows where the row would stand.
const EDGE = 64; // pixels from the top or foot of the window, where the page scrolls along

function sent(form, fields, action) {
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  if (action) form.action = action;
  form.submit();
}

// What a list says of its new order: all of it, or beside what the row stands now.
const SAYS = {
  order: (rows, form) => sent(form, { order: rows.map((row) => row.dataset.sorted).join(" ") }),
  beside: (rows, form, row) => {
    const at = rows.indexOf(row);
    const [name, other] = at + 1 < rows.length ? ["over", rows[at + 1]] : ["under", rows[at - 1]];
    sent(form, { [name]: other.dataset.sorted }, row.dataset.put);
  },
};

for (const list of document.querySelectorAll("[data-sortable]")) {
  const rows = [...list.querySelectorAll("[data-sorted]")];
  for (const row of rows) {
    row.querySelector(".grip")?.addEventListener("pointerdown", (event) => {
      if (event.button || rows.length < 2) return;
      event.preventDefault();
      const grip = event.currentTarget;
      const others = rows.filter((each) => each !== row);
      let place = rows.indexOf(row);
      const marked = () => list.querySelector(".drop-before, .drop-after")?.classList.remove("drop-before", "drop-after");
      const follow = ({ clientY }) => {
        if (clientY < EDGE) scrollBy(0, clientY - EDGE);
        if (clientY > innerHeight - EDGE) scrollBy(0, clientY - innerHeight + EDGE);
        marked();
        place = others.filter((each) => {
          const box = each.getBoundingClientRect();
          return clientY > box.top + box.height / 2;
        }).length;
        if (place === rows.indexOf(row)) return;
        if (place < others.length) others[place].classList.add("drop-before");
        else others.at(-1).classList.add("drop-after");
      };
      const end = ({ type, key }) => {
        if (type === "keydown" && key !== "Escape") return;
        marked();
        row.classList.remove("held");
        grip.removeEventListener("pointermove", follow);
        for (const name of ["pointerup", "pointercancel"]) grip.removeEventListener(name, end);
        removeEventListener("keydown", end);
        if (type !== "pointerup" || place === rows.indexOf(row)) return;
        others.splice(place, 0, row);
        SAYS[list.dataset.sortable](others, list, row);
      };
      grip.setPointerCapture(event.pointerId);
      row.classList.add("held");
      grip.addEventListener("pointermove", follow);
      for (const name of ["pointerup", "pointercancel"]) grip.addEventListener(name, end);
      addEventListener("keydown", end);
    });
  }
}
