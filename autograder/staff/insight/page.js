"use strict";
// Sort, filter and hover. Without this script the page shows everything, in the order of its making.
(() => {
  const every = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Words about a shape, shown at once, for the mouse and for the arrow keys.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-live", "polite");
  document.body.append(tip);
  let lit = null;
  const hide = () => {
    tip.hidden = true;
    if (lit) lit.classList.remove("at");
    lit = null;
  };
  const say = (shape, x, y) => {
    hide();
    lit = shape;
    shape.classList.add("at");
    tip.textContent = shape.dataset.words;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - box.width - 4)) + "px";
    tip.style.top = (y - box.height - 10 < 4 ? y + 16 : y - box.height - 10) + "px";
  };
  document.addEventListener("mouseover", (event) => {
    const shape = event.target.closest("[data-words]");
    if (shape) say(shape, event.clientX, event.clientY);
    else if (lit && !document.activeElement.matches(".plot")) hide();
  });
  document.addEventListener("scroll", hide, { passive: true, capture: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  for (const plot of every(".plot")) {
    const shapes = every("[data-words]", plot);
    let place = -1;
    const move = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    plot.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && place >= 0) {
        event.preventDefault(); // else it would press the button that gets the focus
        shapes[place].dispatchEvent(new MouseEvent("click", { bubbles: true }));
        return;
      }
      if (event.key === "Home") place = 0;
      else if (event.key === "End") place = shapes.length - 1;
      else if (event.key in move) place = Math.max(0, Math.min(shapes.length - 1, place + move[event.key]));
      else return;
      event.preventDefault();
      const box = shapes[place].getBoundingClientRect();
      say(shapes[place], box.left + box.width / 2, box.top);
    });
    plot.addEventListener("blur", () => { place = -1; hide(); });
  }

  // Tables: a click on a heading sorts, a second one the other way round; words in the box filter.
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v ?? cell.textContent.trim();
  };
  const compare = (one, other) => {
    const [a, b] = [Number(one), Number(other)];
    if (one !== "" && other !== "" && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
    return one.localeCompare(other, undefined, { numeric: true });
  };
  const sort = (table, heading) => {
    const down = heading.getAttribute("aria-sort") === "ascending"
      || (heading.matches(".n") && heading.getAttribute("aria-sort") !== "descending");
    for (const th of every("thead th[aria-sort]", table)) th.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows].map((row) => [value(row, heading.cellIndex), row]);
    rows.sort(([a], [b]) => {
      if (a === "" || b === "") return (a === "") - (b === ""); // what is not known comes last
      return down ? compare(b, a) : compare(a, b);
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  let token = "";
  const filter = (table) => {
    const box = document.querySelector(`input[aria-controls="${table.id}"]`);
    const words = (box?.value ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...table.tBodies[0].rows];
    let shown = 0;
    for (const row of rows) {
      row.text ??= row.textContent.toLocaleLowerCase();
      const fits = words.every((word) => row.text.includes(word))
        && (table.id !== "every" || !token || ` ${row.dataset.is} `.includes(` ${token} `));
      row.hidden = !fits;
      shown += fits;
    }
    const status = document.getElementById(`${table.id}-status`);
    if (status) status.textContent = shown === rows.length ? `${rows.length} rows` : `${shown} of ${rows.length} rows`;
  };
  for (const table of every("table[id]")) {
    for (const button of every("thead button", table)) {
      button.addEventListener("click", () => sort(table, button.closest("th")));
    }
    const box = document.querySelector(`input[aria-controls="${table.id}"]`);
    box?.addEventListener("input", () => filter(table));
    filter(table);
  }
  for (const tools of every(".tools")) tools.hidden = false;

  // A count leads to the submissions that it counts.
  const chip = document.getElementById("chip");
  const only = (next, label) => {
    token = next;
    chip.hidden = !next;
    document.getElementById("chip-label").textContent = label;
    filter(document.getElementById("every"));
  };
  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-show]");
    if (!from) return;
    hide();
    only(from.dataset.show, from.dataset.label ?? from.dataset.words);
    document.getElementById("submissions").scrollIntoView();
    document.getElementById("clear").focus({ preventScroll: true });
  });
  document.getElementById("clear").addEventListener("click", () => {
    only("", "");
    document.querySelector('input[aria-controls="every"]').focus();
  });
})();
