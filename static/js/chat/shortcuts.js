/** Keyboard shortcuts by physical key, so that they are the same in a Hebrew and an English layout; one switch ends all. */

const NAME = "sicha:shortcuts";

export class Shortcuts {
  /**
   * @param {HTMLDialogElement} dialog the list of shortcuts, with the switch
   * @param {Record<string, () => void>} actions by `Ctrl+KeyK`, `Ctrl+Shift+KeyO` and alike
   */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = { ...actions, "Ctrl+Slash": () => this.help() };
    this.toggle = dialog.querySelector("[name=shortcuts]");
    this.isRecalled = false;
    this.toggle.addEventListener("change", () => remember(this.toggle.checked ? "on" : "off"));
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** Say whether they are on; the first time, by what is remembered: no page waits for its storage to begin. */
  get areOn() {
    if (!this.isRecalled) this.toggle.checked = recall() !== "off";
    this.isRecalled = true;
    return this.toggle.checked;
  }

  help() {
    this.toggle.checked = this.areOn;
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
  }

  pressed(event) {
    const action = this.actions[nameOf(event)];
    const isCovered = document.querySelector("dialog:modal") && event.code !== "Slash";
    if (!action || isCovered || event.repeat || event.isComposing || !this.areOn) return;
    event.preventDefault();
    action();
  }
}

/** Return `Ctrl+Shift+KeyS` and alike; "" for what is no shortcut. */
function nameOf(event) {
  if (event.altKey || !(event.ctrlKey || event.metaKey)) return "";
  return `Ctrl+${event.shiftKey ? "Shift+" : ""}${event.code}`;
}

function recall() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null; // storage may be forbidden: they are on
  }
}

function remember(value) {
  try {
    localStorage.setItem(NAME, value);
  } catch {
    // As above: it holds as long as the page.
  }
}
