// What pages do by themselves: everything else works without it.
"use strict";

// The reader: pointing at or focusing a row lights its words, and the other way round.
const reader = document.querySelector(".reader");
if (reader) {
  const cells = [...reader.querySelectorAll("[data-rows]")];
  const rows = new Map([...reader.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const dim = () => reader.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
  const light = (names) => {
    dim();
    for (const name of names) rows.get(name)?.classList.add("lit");
    return names;
  };
  const lightWords = (name) => {
    for (const cell of cells) if (cell.dataset.rows.split(" ").includes(name)) cell.classList.add("lit");
  };
  const onPoint = (event) => {
    const row = event.target.closest("[data-row]");
    const cell = event.target.closest("[data-rows]");
    if (row) {
      light([row.dataset.row]);
      lightWords(row.dataset.row);
    } else if (cell) {
      light(cell.dataset.rows.split(" "));
      cell.classList.add("lit");
    } else {
      dim();
    }
  };
  reader.addEventListener("mouseover", onPoint);
  reader.addEventListener("focusin", onPoint);

  // Which layers show stays in the address, so that a view can be sent on.
  reader.querySelector(".layers").addEventListener("change", () => {
    const shown = [...reader.querySelectorAll(".layers input:checked")].map((box) => box.value);
    const address = new URL(location.href);
    address.searchParams.set("layers", shown.join(","));
    history.replaceState(null, "", address);
  });
}
