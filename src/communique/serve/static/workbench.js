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

  // Words selected in the text are those of a missed event, while its form is open.
  const missed = reader.querySelector(".miss");
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const words = selection.toString().trim();
    const inside = selection.anchorNode && reader.querySelector(".text").contains(selection.anchorNode);
    if (words && inside && missed.closest("details").open) missed.elements["new-words"].value = words.slice(0, 500);
  });

  // Which layers show stays in the address, so that a view can be sent on.
  reader.querySelector(".layers").addEventListener("change", () => {
    const shown = [...reader.querySelectorAll(".layers input:checked")].map((box) => box.value);
    const address = new URL(location.href);
    address.searchParams.set("layers", shown.join(","));
    history.replaceState(null, "", address);
  });
}

// Review: decisions are sent without leaving the page, by button or by key.
const judge = document.querySelector(".judge");
if (judge) {
  const items = [...judge.children];
  const said = document.querySelector("#said");
  const done = { accept: "accepted", correct: "corrected", reject: "rejected" };
  const current = () => items.findIndex((item) => item.contains(document.activeElement));
  const go = (to) => items[Math.max(0, Math.min(items.length - 1, to))].focus();
  const count = (id, by) => {
    const place = document.querySelector(id);
    place.textContent = (Number(place.textContent.replaceAll(",", "")) + by).toLocaleString("en");
  };

  const send = async (item, decision) => {
    const form = item.querySelector("form");
    const body = new URLSearchParams(new FormData(form));
    body.set("decision", decision);
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      said.textContent = "Not saved: the workbench doesn't answer.";
      return;
    }
    if (!answer.ok) {
      said.textContent = `Not saved. ${(await answer.json()).reason}`;
      return;
    }
    if (!item.classList.contains("done")) {
      count("#left", -1);
      count("#judged", 1);
    }
    item.className = `done ${decision}`;
    item.querySelector(".decided").textContent = done[decision];
    item.querySelector("details").open = false;
    const at = items.indexOf(item);
    said.textContent = `Row ${at + 1} ${done[decision]}.`;
    go(at + 1);
  };

  judge.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target.closest("li"), event.submitter?.value ?? "accept");
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !document.querySelector("#keys").checked) return;
    const at = current();
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at < 0 ? 0 : at - 1);
    else if (at >= 0 && event.key === "a") send(items[at], "accept");
    else if (at >= 0 && event.key === "r") send(items[at], "reject");
    else if (at >= 0 && event.key === "c") {
      items[at].querySelector("details").open = true;
      items[at].querySelector("details select, details input").focus();
    } else return;
    event.preventDefault();
  });
}

// The network: the slider steps through the links under it, without leaving the page.
const stepper = document.querySelector("[data-stops]");
if (stepper) {
  const slide = stepper.querySelector(".slide");
  const range = slide.querySelector("input");
  const links = [...stepper.querySelectorAll(".stops a")];
  let asked = 0;
  const say = (at) => {
    slide.querySelector("output").textContent = links[at].textContent;
    range.setAttribute("aria-valuetext", links[at].textContent);
  };
  range.addEventListener("input", async () => {
    const link = links[range.value];
    const turn = ++asked;
    say(range.value);
    let page;
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      location.assign(link.href);
      return;
    }
    if (turn !== asked) return; // moved on meanwhile
    document.querySelector("#shown").replaceWith(document.adoptNode(page.querySelector("#shown")));
    links.forEach((one) => one.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    history.replaceState(null, "", link.href);
  });
  slide.hidden = false;
  say(range.value);
}

// A new article: a file may be dropped anywhere on the form.
const form = document.querySelector("form.new");
if (form) {
  const drop = form.querySelector(".drop");
  const input = drop.querySelector("input");
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  form.addEventListener("dragleave", () => drop.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    document.querySelector("#said").textContent = `${input.files[0].name} is chosen.`;
  });
}

// How far it is: asked every half second; the article's page follows.
const progress = document.querySelector(".progress");
if (progress) {
  const steps = [...progress.querySelectorAll(".steps li")];
  let before = "";
  const ask = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const now = (await answer.json()).progress;
      if (now.error) return location.reload();
      if (now.href) return location.replace(now.href);
      now.steps.forEach((step, at) => {
        steps[at].className = step.state;
        if (step.state === "now") steps[at].setAttribute("aria-current", "step");
        else steps[at].removeAttribute("aria-current");
      });
      progress.querySelector(".spent").textContent = Math.round(now.seconds);
      const current = now.steps.find((step) => step.state === "now")?.name ?? "";
      if (current !== before) document.querySelector("#said").textContent = before = current;
    }
    setTimeout(ask, 500);
  };
  ask();
}
