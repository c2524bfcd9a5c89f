// One case: evidence beside fields, words into fields, changes that are not saved, keys.
import { keys } from "./base.js";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const form = document.getElementById("edit");
const marks = all("mark[data-f]");
const proves = (mark, key) => mark.dataset.f.split(" ").includes(key);

// A field shows its words, words show their fields.
function light(key, scroll) {
  let first = null;
  for (const mark of marks) {
    const on = key !== null && proves(mark, key);
    mark.classList.toggle("on", on);
    if (on && !first) first = mark;
  }
  if (first && scroll) reveal(first);
}
function reveal(mark) {
  const closed = mark.closest("details:not([open])");
  if (closed) closed.open = true;
  const pane = mark.closest(".message");
  const [box, frame] = [mark.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (box.top < frame.top + 50 || box.bottom > frame.bottom) {
    pane.scrollTop += box.top - frame.top - frame.height / 3;
  }
}
for (const field of all("[data-field]")) {
  const key = field.dataset.field;
  field.addEventListener("pointerenter", () => light(key, false));
  field.addEventListener("pointerleave", () => light(active, false));
  field.addEventListener("focusin", () => { active = key; light(key, true); bar(); });
}
let active = null;
form?.addEventListener("focusout", (event) => {
  if (!event.relatedTarget?.closest("[data-field]")) light(null, false);
});
for (const mark of marks) {
  const keysOf = mark.dataset.f.split(" ");
  const fields = () => keysOf.map((key) => document.querySelector(`[data-field="${CSS.escape(key)}"]`)).filter(Boolean);
  mark.addEventListener("pointerenter", () => fields().forEach((field) => field.classList.add("on")));
  mark.addEventListener("pointerleave", () => all(".on[data-field]").forEach((field) => field.classList.remove("on")));
  mark.addEventListener("click", () => {
    if (getSelection()?.type === "Range") return;
    const field = fields()[0];
    field?.closest("details:not([open])")?.setAttribute("open", "");
    field?.querySelector("input:not([type=hidden]), select")?.focus();
  });
}
for (const link of all("a.quote")) {
  link.addEventListener("click", (event) => {
    const mark = document.getElementById(link.hash.slice(1));
    if (!mark) return;
    event.preventDefault();
    light(link.closest("[data-field]").dataset.field, true);
  });
}

// What is not saved.
const save = document.getElementById("unsaved");
const inputs = () => all("input[name]:not([name=base], [name=from]), select[name]", form);
const value = (input) => (input.type === "checkbox" ? String(input.checked) : input.value);
const first = new Map(form ? inputs().map((input) => [input.name, value(input)]) : []);
const started = save?.classList.contains("dirty");
const stale = (input) => value(input) !== (first.get(input.name) ?? (input.name.endsWith(".action") || input.name.endsWith(".category") ? value(input) : ""));
let leaving = false;
function dirty() {
  return started || inputs().some(stale);
}
function changed() {
  const now = dirty();
  save.classList.toggle("dirty", now);
  save.querySelector(".save-words").textContent = now ? form.dataset.unsaved : "";
  for (const field of all("[data-field]", form)) {
    field.classList.toggle("changed", all("input[name], select[name]", field).some(stale));
  }
}
form?.addEventListener("input", changed);
form?.addEventListener("change", changed);
form?.addEventListener("submit", () => { leaving = true; });
addEventListener("beforeunload", (event) => { if (form && !leaving && dirty()) event.preventDefault(); });
save?.querySelector(".discard").addEventListener("click", () => { leaving = true; });
for (const other of all("form:not(#edit)")) other.addEventListener("submit", (event) => {
  if (other.id === "approve" && form && dirty()) {
    event.preventDefault();
    save.classList.add("dirty");
    save.querySelector(".save-words").textContent = form.dataset.saveFirst;
    save.scrollIntoView({ block: "center" });
    document.getElementById("save").focus();
  }
});

// Another reading of a date: sets the field, saved with the rest.
for (const button of all("[data-set]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const input = form.elements[button.dataset.set];
    const old = input.value;
    input.value = button.dataset.value;
    const note = input.parentElement.querySelector(".note");
    if (note) note.textContent = worded(input.value);
    changed();
    light(button.dataset.set, true);
    if (old === input.value) input.focus();
  });
}
function worded(day) {
  const at = new Date(`${day}T12:00:00`);
  if (Number.isNaN(at.valueOf())) return "";
  const zh = document.documentElement.lang.startsWith("zh");
  const part = (options) => at.toLocaleDateString(zh ? "zh-CN" : "en-GB", options);
  const date = part({ year: "numeric", month: zh ? "long" : "short", day: "numeric" });
  const weekday = part({ weekday: "short" });
  return zh ? `${date} ${weekday}` : `${weekday} ${date}`;
}
for (const input of all("input[type=date]", form ?? document)) {
  input.addEventListener("input", () => {
    const note = input.parentElement.querySelector(".note");
    if (note) note.textContent = worded(input.value);
  });
}

// One more blank row for items, as soon as the last one is used.
form?.addEventListener("input", (event) => {
  const row = event.target.closest(".need");
  if (!row || row !== row.parentElement.lastElementChild || !event.target.matches(".item, .catalog") || event.target.value === "") return;
  const next = row.cloneNode(true);
  const [from, to] = [row.dataset.field, row.dataset.field.replace(/\d+$/, String(Number(row.dataset.row) + 1))];
  next.dataset.row = String(Number(row.dataset.row) + 1);
  next.dataset.field = to;
  next.classList.remove("changed", "on");
  for (const input of all("input, select", next)) {
    for (const name of ["name", "id"]) if (input[name]) input[name] = input[name].replace(from, to);
    if (input.dataset.ev) input.dataset.ev = to;
    if (input.type === "checkbox") input.checked = false;
    else if (input.tagName === "INPUT") input.value = "";
  }
  next.addEventListener("focusin", () => { active = to; light(to, false); bar(); });
  row.after(next);
});

// Words of the message into a field.
const useBar = document.getElementById("use-bar");
const useNow = document.getElementById("use-now");
const useOther = document.getElementById("use-other");
const label = (key) => {
  const field = document.querySelector(`[data-field="${CSS.escape(key)}"]`);
  if (!field) return "";
  if (field.classList.contains("need")) return `${field.closest(".needs").querySelector("h3").firstChild.textContent.trim()} ${Number(field.dataset.row) + 1}`;
  return field.querySelector("label")?.textContent.trim() ?? field.firstChild?.textContent.trim() ?? key;
};
/** The selection within one source: offsets in characters, and the words. */
function chosen() {
  const selection = getSelection();
  if (!selection || selection.type !== "Range") return null;
  const range = selection.getRangeAt(0);
  const root = range.commonAncestorContainer.parentElement?.closest("[data-source]") ?? range.commonAncestorContainer.closest?.("[data-source]");
  const [start, end] = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
  if (!root || start === null || end === null || start >= end) return null;
  let [a, b] = [start, end];
  const points = [...range.toString()];
  for (let i = 0; i < points.length && /\s/.test(points[i]); i += 1) a += 1;
  for (let i = points.length - 1; i >= 0 && /\s/.test(points[i]); i -= 1) b -= 1;
  return a < b ? { source: root.dataset.source, start: a, end: b, words: range.toString().trim() } : null;
}
function offset(node, at) {
  if (node.nodeType !== Node.TEXT_NODE) {
    // Between elements: the beginning of the one after, or the end of the one before.
    const next = node.childNodes[at];
    const run = (next?.nodeType === Node.ELEMENT_NODE ? next : next?.parentElement)?.closest?.("[data-at]") ?? next?.querySelector?.("[data-at]");
    if (run) return Number(run.dataset.at);
    const last = all("[data-at]", node).at(-1) ?? node.closest?.("[data-at]");
    return last ? Number(last.dataset.at) + [...last.textContent].length : null;
  }
  const run = node.parentElement.closest("[data-at]");
  if (!run) return null;
  let before = 0;
  const walker = document.createTreeWalker(run, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text && text !== node; text = walker.nextNode()) before += [...text.data].length;
  return Number(run.dataset.at) + before + [...node.data.slice(0, at)].length;
}
let words = null;
function bar() {
  if (!form) return;
  useBar.hidden = words === null;
  if (words === null) return;
  const fields = all("[data-field]", form);
  const key = active ?? fields.find((field) => field.classList.contains("missing"))?.dataset.field ?? fields[0]?.dataset.field;
  useNow.dataset.key = key ?? "";
  useNow.firstElementChild.textContent = label(key ?? "");
  useOther.replaceChildren(new Option("…", ""), ...fields.filter((f) => !f.querySelector("select[id]")).map((f) => new Option(label(f.dataset.field), f.dataset.field)));
}
document.addEventListener("selectionchange", () => {
  const now = chosen();
  if (now || !useBar.contains(document.activeElement)) { words = now; bar(); }
});
async function use(key) {
  if (!words || !key) return;
  const { source, start, end, words: text } = words;
  const field = document.querySelector(`[data-field="${CSS.escape(key)}"]`);
  field.closest("details:not([open])")?.setAttribute("open", "");
  const proof = field.querySelector("[data-ev]");
  if (proof) proof.value = `${start}-${end}${source ? `@${source}` : ""}`;
  const input = field.classList.contains("need") ? field.querySelector(".item") : field.querySelector("input:not([type=hidden])");
  if (input?.type === "date") {
    const number = document.querySelector("[data-case]").dataset.case;
    const answer = await fetch(`/cases/${number}/days?words=${encodeURIComponent(text)}`, { headers: { "X-Requested-By": "muster" } });
    const days = answer.ok ? await answer.json() : [];
    if (days.length > 0) input.value = days[0].value;
  } else if (input && input.type !== "datetime-local") {
    input.value = text.replace(/\s+/g, " ");
  }
  getSelection().removeAllRanges();
  input?.dispatchEvent(new Event("input", { bubbles: true }));
  input?.focus();
}
useNow?.addEventListener("pointerdown", (event) => event.preventDefault());
useNow?.addEventListener("click", () => use(useNow.dataset.key));
useOther?.addEventListener("change", () => { use(useOther.value); });

// The question in the mail program follows what is written.
const mailto = document.getElementById("mailto");
document.getElementById("ask-text")?.addEventListener("input", (event) => {
  if (mailto) mailto.href = `mailto:${mailto.dataset.address}?subject=${encodeURIComponent(mailto.dataset.subject)}&body=${encodeURIComponent(event.target.value)}`;
});

// A message that is still being read shows itself when it is done.
if (document.getElementById("unread")) setTimeout(() => location.reload(), 2000);

function open(id) {
  const panel = document.getElementById(id);
  if (!panel) return false;
  panel.open = true;
  panel.querySelector("textarea").focus();
}
keys({
  e: () => (form?.querySelector(".missing input:not([type=hidden]), .missing select, .weak input:not([type=hidden]), .unsure input:not([type=hidden])") ?? form?.querySelector(".field input:not([type=hidden])"))?.focus(),
  a: () => document.querySelector(".confirm .danger, #approve button")?.focus(),
  r: () => open("reject"),
  m: () => open("ask"),
  u: () => (words ? void use(useNow.dataset.key) : false),
  b: () => document.getElementById("back").click(),
  j: () => (document.getElementById("next-case")?.click(), undefined),
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && form) {
    event.preventDefault();
    if (dirty()) form.requestSubmit(document.getElementById("save"));
  }
  if (event.key === "Escape" && document.activeElement?.closest("#edit")) document.activeElement.blur();
});
