// Completes names of options in fields with data-codes: arrow keys choose, Enter or Tab takes, Escape closes.

const MOST = 8;

for (const field of document.querySelectorAll("textarea[data-codes]")) {
  const known = [...document.getElementById(field.dataset.codes).options].map((each) => ({
    code: each.value,
    title: each.label && each.label !== each.value ? each.label : each.textContent,
  }));
  const list = document.createElement("ul");
  list.className = "completion";
  list.id = `${field.id}-completion`;
  list.role = "listbox";
  list.ariaLabel = document.querySelector(`label[for="${field.id}"]`)?.textContent ?? "";
  list.hidden = true;
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  let chosen = -1;

  const before = () => field.value.slice(0, field.selectionStart);
  const word = () => before().match(/[a-z0-9_.*-]*$/i)[0];

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
  };

  const mark = (place) => {
    chosen = (place + list.children.length) % list.children.length;
    [...list.children].forEach((item, at) => (item.ariaSelected = at === chosen));
    field.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };

  const take = (code) => {
    const start = field.selectionStart - word().length;
    field.setRangeText(code, start, field.selectionStart, "end");
    close();
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const offer = (all = false) => {
    const typed = word().toLowerCase();
    const fits = typed || all ? known.filter((each) => each.code.startsWith(typed)) : [];
    const also = typed.length > 1
      ? known.filter((each) => !each.code.startsWith(typed) && `${each.code} ${each.title}`.toLowerCase().includes(typed))
      : [];
    const found = [...fits, ...also].slice(0, MOST);
    if (!found.length || (fits.length === 1 && fits[0].code === typed)) return close();
    list.replaceChildren(
      ...found.map((each, at) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${at}`;
        item.role = "option";
        item.ariaSelected = "false";
        const code = document.createElement("code");
        code.textContent = each.code;
        item.append(code, ` ${each.title}`);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(each.code);
        });
        return item;
      }),
    );
    list.hidden = false;
    chosen = -1;
  };

  field.addEventListener("input", () => offer());
  // Not at once: a button beneath must not move away from under the press that leaves the field.
  field.addEventListener("blur", () => setTimeout(close, 300));
  field.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return offer(true);
    }
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen < 0 ? -1 : chosen - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) {
      take(list.children[chosen].querySelector("code").textContent);
    } else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
