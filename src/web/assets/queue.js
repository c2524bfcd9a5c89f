// The queue: keys, files dropped on the page, rows that stay up to date.
import { keys } from "./base.js";

const live = document.getElementById("live");
const note = document.getElementById("live-note");
const ours = { "X-Requested-By": "muster" };

// Keys: the row that is at hand is remembered by its case, since rows come and go.
let at = null;
const rows = () => [...live.querySelectorAll("tr[data-case]")];
function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const now = all.findIndex((row) => row.dataset.case === at);
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  at = next.dataset.case;
  show();
  const link = next.querySelector(".row-link");
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
function show() {
  for (const row of rows()) row.classList.toggle("at", row.dataset.case === at);
}
live.addEventListener("focusin", (event) => {
  const row = event.target.closest("tr[data-case]");
  if (row) { at = row.dataset.case; show(); }
});
keys({
  j: () => move(1), k: () => move(-1), ArrowDown: () => (at ? move(1) : false), ArrowUp: () => (at ? move(-1) : false),
  "/": () => document.querySelector("input[type=search]").focus(),
});

// Filters apply at once.
const filters = document.querySelector(".filters");
filters.addEventListener("change", (event) => {
  if (event.target.matches("select, [type=checkbox]")) filters.requestSubmit();
});

// Up to date, without losing the place: only the rows are exchanged, the row at hand keeps focus and position.
let tag = null;
let pause = 4000;
async function refresh() {
  if (document.hidden) return;
  const part = live.firstElementChild;
  try {
    const answer = await fetch(part.dataset.again, { headers: { ...ours, ...(tag ? { "If-None-Match": tag } : {}) } });
    if (answer.status === 401) { location.reload(); return; }
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    note.textContent = "";
    note.className = "vh";
    pause = 4000;
    if (answer.status === 304) return;
    const before = tag;
    tag = answer.headers.get("ETag");
    const html = await answer.text();
    if (before !== null) exchange(html);
  } catch {
    note.className = "sentence warn";
    note.textContent = live.dataset.offline;
    pause = Math.min(pause * 2, 60000);
  }
}
function exchange(html) {
  if (live.contains(getSelection()?.anchorNode) && getSelection().type === "Range") return;
  const known = new Set(rows().map((row) => row.dataset.case));
  const inside = live.contains(document.activeElement);
  const old = rows().find((row) => row.dataset.case === at);
  const top = old?.getBoundingClientRect().top;
  live.innerHTML = html;
  for (const row of rows()) if (!known.has(row.dataset.case)) row.classList.add("fresh");
  show();
  const now = rows().find((row) => row.dataset.case === at);
  if (now && top !== undefined) {
    if (inside) now.querySelector(".row-link").focus({ preventScroll: true });
    scrollBy(0, now.getBoundingClientRect().top - top);
  }
}
(async function loop() {
  for (;;) {
    await refresh();
    await new Promise((done) => setTimeout(done, pause));
  }
})();
document.addEventListener("visibilitychange", refresh);

// Files: dropped anywhere on the page, or chosen.
const drop = document.getElementById("drop");
const veil = document.getElementById("veil");
const taken = document.getElementById("taken");
const words = drop.dataset;
const carries = (event) => event.dataTransfer?.types.includes("Files");
let depth = 0;
addEventListener("dragenter", (event) => { if (carries(event)) { depth += 1; veil.classList.add("on"); } });
addEventListener("dragleave", (event) => { if (carries(event) && --depth <= 0) { depth = 0; veil.classList.remove("on"); } });
addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
addEventListener("drop", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  depth = 0;
  veil.classList.remove("on");
  send([...event.dataTransfer.files]);
});
drop.querySelector("[type=file]").addEventListener("change", (event) => {
  send([...event.target.files]);
  event.target.value = "";
});
drop.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = drop.querySelector("textarea");
  if (text.value.trim() === "") return;
  const line = begin("…");
  const form = new FormData();
  form.append("text", text.value);
  drop.querySelector(".paste").open = false;
  post(form, line).then((one) => { if (one) text.value = ""; follow(one, line, true); });
});

async function send(files) {
  for (const file of files) {
    const line = begin(file.name);
    const form = new FormData();
    form.append("file", file, file.name);
    await follow(await post(form, line), line, files.length === 1);
  }
}
function begin(name) {
  const line = document.createElement("li");
  const title = document.createElement("bdi");
  title.textContent = name;
  const state = document.createElement("span");
  state.textContent = words.sending;
  const bar = document.createElement("progress");
  bar.max = 1;
  line.append(title, state, bar);
  taken.append(line);
  return line;
}
/** Sends with progress; answers what became of it, or null. */
function post(form, line) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/inbox");
    request.setRequestHeader("X-Requested-By", "muster");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) line.querySelector("progress").value = event.loaded / event.total;
    });
    const end = () => {
      try { done(JSON.parse(request.responseText)[0] ?? null); } catch { done(null); }
    };
    request.addEventListener("load", end);
    request.addEventListener("error", end);
    request.send(form);
  });
}
/** Waits until the message is understood, and leads to its case. */
async function follow(one, line, go) {
  const state = line.querySelector("span");
  const bar = line.querySelector("progress");
  const finish = (kind, text, reason) => {
    line.className = kind;
    state.textContent = text;
    bar.remove();
    if (reason) { const p = document.createElement("p"); p.textContent = reason; line.append(p); }
  };
  if (!one) return finish("refused", words.refused, words.broke);
  if (one.status === "refused") return finish("refused", words.refused, one.reason);
  state.textContent = words.reading;
  bar.removeAttribute("value");
  for (let wait = 150, tries = 0; tries < 60; tries += 1, wait = Math.min(wait * 1.4, 2000)) {
    const answer = await fetch(`/inbox/${one.sha256}`, { headers: ours }).then((r) => r.json()).catch(() => null);
    if (answer && answer.state !== "received") {
      if (answer.case && go) { location.href = `/cases/${answer.case}`; return; }
      finish(one.status, words[one.status], answer.reason);
      if (answer.case) {
        const link = document.createElement("a");
        link.href = `/cases/${answer.case}`;
        link.textContent = words.open;
        line.append(link);
      }
      return refresh();
    }
    await new Promise((done) => setTimeout(done, wait));
  }
  finish(one.status, words[one.status]);
}
