/** The box one writes in: sends on Enter, minds input methods, follows the direction of its text, keeps a draft. */

import { dominantDirection } from "../lib/direction.js";

const IME_KEY_CODE = 229;
const DRAFT_AFTER = 300;

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {{store: import("../lib/dom.js").TabStore, draftName: () => string, onSend: (text: string) => boolean,
   *   onStop: () => void}} page `onSend` returns whether the text was taken
   */
  constructor(form, { store, draftName, onSend, onStop }) {
    this.form = form;
    this.box = form.elements.namedItem("text");
    this.sendButton = form.querySelector("[data-action=send]");
    this.stopButton = form.querySelector("[data-action=stop]");
    this.store = store;
    this.draftName = draftName;
    this.onSend = onSend;
    this.onStop = onStop;
    this.isBusy = false;
    this.timer = 0;
    this.listen();
    this.restore();
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
      if (event.key === "Escape" && this.isBusy && !event.defaultPrevented) this.onStop();
    });
    globalThis.addEventListener("pagehide", () => this.keepDraft());
  }

  keyPressed(event) {
    const isComposing = event.isComposing || event.keyCode === IME_KEY_CODE;
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key !== "Enter" || isComposing || !isPlain) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.box.value.trim();
    if (!text || this.isBusy || !this.onSend(text)) return;
    this.write("");
    this.store.remove(this.draftName());
  }

  /** Show whether an answer is being written: the send button becomes a stop button, writing goes on. */
  busy(isBusy) {
    const hadFocus = this.form.contains(document.activeElement);
    this.isBusy = isBusy;
    this.sendButton.hidden = isBusy;
    this.stopButton.hidden = !isBusy;
    this.settle();
    if (hadFocus) this.box.focus({ preventScroll: true });
  }

  write(text) {
    this.box.value = text;
    this.settle();
  }

  /** Put a text back that could not be sent, unless something else was written meanwhile. */
  giveBack(text) {
    if (this.box.value.trim()) return;
    this.write(text);
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
    this.sendButton.disabled = !text.trim();
    if (CSS.supports("field-sizing", "content")) return;
    this.box.style.blockSize = "auto";
    this.box.style.blockSize = `${this.box.scrollHeight}px`;
  }

  restore() {
    this.write(this.box.value || this.store.get(this.draftName()) || "");
  }

  keepDraft() {
    clearTimeout(this.timer);
    if (this.box.value.trim()) this.store.set(this.draftName(), this.box.value);
    else this.store.remove(this.draftName());
  }
}
