/** The box one writes in: sends on Enter, minds input methods, follows the direction of its text, keeps a draft. */

import { dominantDirection } from "../lib/direction.js";
import { Bound } from "./bound.js";

const IME_KEY_CODE = 229;
const DRAFT_AFTER = 300;
const USUAL_HEIGHT = 144; // as the sheet takes it to be, so that a page that begins is not styled twice

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {{store: import("../lib/dom.js").TabStore, words: import("../lib/dom.js").Words, draftName: () => string,
   *   onSend: (text: string) => boolean, onStop: () => void, onEditLast: () => boolean, onGrow: () => void}} page
   *   `onSend` returns whether the text was taken, `onEditLast` whether there was a question to edit, `onGrow` hears
   *   that the box and what stands above it have become higher
   */
  constructor(form, { store, words, draftName, onSend, onStop, onEditLast, onGrow }) {
    this.form = form;
    this.box = form.elements.namedItem("text");
    this.bound = new Bound(this.box, form.parentElement.querySelector("[data-part=excess]"), words);
    this.sendButton = form.querySelector("[data-action=send]");
    this.stopButton = form.querySelector("[data-action=stop]");
    this.store = store;
    this.draftName = draftName;
    this.onSend = onSend;
    this.onStop = onStop;
    this.onEditLast = onEditLast;
    this.onGrow = onGrow;
    this.isBusy = false;
    this.timer = 0;
    this.listen();
    this.restore();
    this.keepClear(form.parentElement);
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.box.addEventListener("input", () => this.changed());
    this.box.addEventListener("keydown", (event) => this.keyPressed(event));
    this.stopButton.addEventListener("click", () => this.onStop());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.escape();
    });
    globalThis.addEventListener("pagehide", () => this.keepDraft());
  }

  /** Have what gets the focus among the messages stop above the dock around this box, which grows with what is in it. */
  keepClear(dock) {
    const sheet = new CSSStyleSheet();
    let before = Infinity;
    new ResizeObserver(() => {
      if (dock.offsetHeight > before) this.onGrow();
      if (dock.offsetHeight === before) return;
      before = dock.offsetHeight;
      sheet.replaceSync(before > USUAL_HEIGHT ? `.chat__main { --dock-height: ${before}px; }` : "");
      if (before > USUAL_HEIGHT) document.adoptedStyleSheets = [sheet];
    }).observe(dock);
  }

  keyPressed(event) {
    if (event.isComposing || event.keyCode === IME_KEY_CODE || hasModifier(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && !this.box.value && this.onEditLast()) {
      event.preventDefault();
    }
  }

  /** The first Esc stops the answer, the next one leaves the box. */
  escape() {
    if (this.isBusy) this.onStop();
    else if (document.activeElement === this.box) this.box.blur();
  }

  submit() {
    const text = this.box.value.trim();
    if (!text || this.bound.show() || !this.onSend(text)) return;
    this.write("");
    this.store.remove(this.draftName());
  }

  /** Show whether an answer is being written: it can be stopped then, and what is sent waits for its end. */
  busy(isBusy) {
    const hadFocus = this.form.contains(document.activeElement);
    this.isBusy = isBusy;
    this.stopButton.hidden = !isBusy;
    this.settle();
    if (hadFocus) this.box.focus({ preventScroll: true });
  }

  write(text) {
    this.box.value = text;
    this.settle();
  }

  /** Put a text back that could not be sent, before what was written meanwhile. */
  giveBack(text) {
    if (!text) return;
    this.write([text, this.box.value].filter((part) => part.trim()).join("\n\n"));
    this.keepDraft();
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  changed() {
    this.settle();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepDraft(), DRAFT_AFTER);
  }

  settle() {
    const text = this.box.value;
    this.box.dir = text.trim() ? dominantDirection(text) : document.documentElement.dir;
    this.sendButton.disabled = this.bound.show() || !text.trim();
    this.sendButton.hidden = this.isBusy && !text.trim();
    if (CSS.supports("field-sizing", "content")) return;
    this.box.style.blockSize = "auto";
    this.box.style.blockSize = `${this.box.scrollHeight}px`;
  }

  restore() {
    this.write(this.box.value || this.store.get(this.draftName()) || "");
    if (location.hash === `#${this.box.id}`) this.focus();
  }

  keepDraft() {
    clearTimeout(this.timer);
    if (this.box.value.trim()) this.store.set(this.draftName(), this.box.value);
    else this.store.remove(this.draftName());
  }
}

function hasModifier({ shiftKey, ctrlKey, altKey, metaKey }) {
  return shiftKey || ctrlKey || altKey || metaKey;
}
