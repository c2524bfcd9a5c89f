// Keys and times on every page. Everything works without this script.
document.documentElement.classList.add("script");

const help = document.getElementById("keys");
for (const button of document.querySelectorAll('[data-open="keys"]')) {
  button.addEventListener("click", () => help.showModal());
}

/** Whether a key press belongs to something that is being written. */
export function writing(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing ||
    event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

/** Calls back for single keys outside inputs. */
export function keys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || help.open || writing(event)) return;
    const action = actions[event.key];
    if (action && action(event) !== false) event.preventDefault();
  });
}

keys({ "?": () => help.showModal() });

// Times in the reader's own zone.
for (const time of document.querySelectorAll(".events time")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.valueOf())) {
    time.title = at.toLocaleString(document.documentElement.lang, { dateStyle: "full", timeStyle: "long" });
  }
}
