// What links cannot do by themselves: keep quick clicks apart, search in long groups.

// A click made before the last answer came waits for it, and then goes where its link leads by now.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const link = ctx.sourceElement;
  // Differences that are still being worked out belong to the build before the click.
  if (link.id !== "rest") document.getElementById("rest")?.dispatchEvent(new Event("htmx:abort"));
  if (link.matches?.("#configurator a.option")) ctx.request.action = link.getAttribute("href");
  ctx.request.headers["HX-Current-URL"] = location.href; // a click that waited is made on the page that came meanwhile
});

// What opens is brought into sight; where the pressed link is gone, its card takes the focus.
let pressed = null;
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#configurator a");
  pressed = link?.closest("[data-conflict]")?.dataset.conflict ?? link?.closest(".group")?.querySelector(".option")?.id;
});
document.addEventListener("htmx:after:swap", () => {
  document.getElementById("conflict")?.scrollIntoView({ block: "nearest" });
  if (pressed && document.activeElement === document.body) document.getElementById(pressed)?.focus();
  pressed = null;
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-search]")) return;
  const group = event.target.closest(".group");
  const list = group.querySelector(".cards");
  const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase(); // units stand behind a hard space
  const wanted = plain(event.target.value);
  for (const item of list.children) {
    item.hidden = wanted !== "" && !plain(item.textContent).includes(wanted);
  }
  group.querySelector(".nothing-found").hidden = list.querySelector(":scope > :not([hidden])") !== null;
});

// A sheet that was opened closes with Escape or a click beside it.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("#waterfall[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const open = document.querySelector("#waterfall[open]");
  if (open && !open.contains(event.target)) open.open = false;
});
