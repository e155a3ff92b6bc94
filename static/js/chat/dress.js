/**
 * What comes on top of a finished answer, when it is about to be seen: a copy button and colours for its code, and its
 * formulas drawn. Without any of it the answer is complete, and what it takes is fetched where there is some.
 */

import { loadMarkdown } from "../markdown/load.js";

export class Dresser {
  /** @param {{words: import("../lib/dom.js").Words, status: HTMLElement}} page */
  constructor({ words, status }) {
    this.words = words;
    this.status = status;
    this.seen = new IntersectionObserver((entries) => this.dressSeen(entries), { rootMargin: "400px" });
  }

  /** Dress that answer's text as soon as it comes near the screen. */
  watch(text) {
    if (text.querySelector("pre, .math")) this.seen.observe(text);
  }

  async dressSeen(entries) {
    const near = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
    if (!near.length) return;
    for (const text of near) this.seen.unobserve(text);
    const { dress } = await import("./dressing.js");
    for (const text of near) dress(text, this);
  }

  /** Return what holds colours and formulas to what may be shown. */
  async sanitiser() {
    return (await loadMarkdown()).sanitiser;
  }
}
