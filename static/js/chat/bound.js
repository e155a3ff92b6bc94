/** How long a question may be: what is longer stays whole in its box, is not sent, and is told by how much. */

export class Bound {
  /**
   * @param {HTMLTextAreaElement} box names the bound in `data-most`
   * @param {HTMLElement} note a status region beside it
   * @param {import("../lib/dom.js").Words} words
   */
  constructor(box, note, words) {
    this.box = box;
    this.note = note;
    this.words = words;
    this.most = Number(box.dataset.most);
  }

  /** How many characters there are too many, as the server counts them. */
  get excess() {
    const text = this.box.value.trim();
    return text.length > this.most ? Math.max(0, [...text].length - this.most) : 0;
  }

  /** Say by how much the text is too long; returns whether it is. */
  show() {
    const { excess: count, most } = this;
    const said = count ? this.words.say("question-too-long", { count, most }) : "";
    if (this.note.textContent !== said) this.note.textContent = said;
    this.box.ariaInvalid = count ? "true" : null;
    return count > 0;
  }
}
