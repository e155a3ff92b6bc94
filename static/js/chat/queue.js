/** What was sent while an answer was being written: it waits above the box, and goes when the answer has ended. */

import { cloneTemplate } from "../lib/dom.js";
import { phrase } from "../lib/isolation.js";

export class QuestionQueue {
  /**
   * @param {HTMLElement} place
   * @param {{store: import("../lib/dom.js").TabStore, name: () => string}} memory
   */
  constructor(place, { store, name }) {
    this.place = place;
    this.store = store;
    this.name = name;
    this.texts = store.get(name()) ?? [];
    place.addEventListener("click", (event) => {
      const button = event.target.closest("[data-action=unqueue]");
      if (button) this.remove([...this.place.children].indexOf(button.closest("li")));
    });
    this.show();
  }

  get isEmpty() {
    return this.texts.length === 0;
  }

  add(text) {
    this.texts.push(text);
    this.keep();
  }

  remove(index) {
    this.texts.splice(index, 1);
    this.keep();
  }

  /** Take the next text out; undefined where none waits. */
  take() {
    const next = this.texts.shift();
    if (next !== undefined) this.keep();
    return next;
  }

  /** Take everything out, as one text; "" where nothing waits. */
  takeAll() {
    const all = this.texts.join("\n\n");
    this.texts = [];
    this.keep();
    return all;
  }

  keep() {
    if (this.texts.length) this.store.set(this.name(), this.texts);
    else this.store.remove(this.name());
    this.show();
  }

  show() {
    const items = this.texts.map((text) => {
      const item = cloneTemplate("queued-template");
      item.querySelector("[data-part=text]").replaceChildren(phrase(text));
      return item;
    });
    this.place.replaceChildren(...items);
    this.place.hidden = !items.length;
  }
}
