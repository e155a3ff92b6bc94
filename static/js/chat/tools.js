/** The tools beneath messages: copy, another answer, go on, a verdict with its reason, related questions, an edit. */

import { firstEvent } from "../lib/api.js";
import { bothForms, copyBoth } from "../lib/clipboard.js";
import { cloneTemplate } from "../lib/dom.js";
import { Bound } from "./bound.js";

const EDITED = "edited";

export class MessageTools {
  /**
   * @param {HTMLElement} log
   * @param {{words: import("../lib/dom.js").Words, toasts: import("../lib/toast.js").Toasts,
   *   store: import("../lib/dom.js").TabStore,
   *   chat: {askInstead: Function, answerInstead: Function, share: Function, isBusy: () => boolean}}} page
   */
  constructor(log, { words, toasts, store, chat }) {
    this.log = log;
    this.words = words;
    this.toasts = toasts;
    this.store = store;
    this.chat = chat;
    this.rating = null;
    log.addEventListener("click", (event) => {
      const button = event.target.closest("[data-action]");
      const tool = button && this.tools[button.dataset.action];
      if (tool) tool(button, button.closest("[data-part=answer], .question"));
    });
  }

  tools = {
    copy: (_button, answer) => this.copy(answer),
    rate: (button, answer) => this.rate(button, answer),
    related: (button, answer) => this.showRelated(button, answer),
    refer: (button, answer) => this.refer(button, answer),
    share: () => this.chat.share(),
    regenerate: (button, answer) => this.answerAgain(button, answer),
    continue: (button, answer) => this.answerAgain(button, answer),
    edit: (_button, question) => this.edit(question),
  };

  // What few readers need is fetched when one does.

  async rate(button, answer) {
    const { RatingTool } = await import("./rating.js");
    this.rating ??= new RatingTool(document.getElementById("rating-dialog"), this);
    this.rating.press(button, answer);
  }

  async showRelated(button, answer) {
    const { showRelated } = await import("./related.js");
    showRelated(button, answer, this.words);
  }

  async refer(button, answer) {
    const { refer } = await import("./refer.js");
    refer(button, answer, this);
  }

  copy(answer) {
    const sources = [...answer.querySelectorAll(".source")].map(
      (source) =>
        `[${source.querySelector(".source__number").textContent}] ${source.querySelector(".source__title").textContent.trim()}`,
    );
    const isDone = copyBoth(bothForms(answer.querySelector(".answer__text"), sources));
    this.toasts.say(this.words.say(isDone ? "answer-copied" : "not-done"));
  }

  /** Have the question answered anew, or its answer continued; the new answer stands in the old one's place. */
  async answerAgain(button, answer) {
    if (this.hasToWait() || button.ariaDisabled === "true") return;
    const { action } = button.dataset;
    button.ariaDisabled = "true";
    try {
      const begun = await firstEvent("POST", `/api/v1/answers/${answer.dataset.answerId}/${action}`);
      this.chat.answerInstead(answer, begun, { keepsText: action === "continue" });
    } catch (error) {
      this.toasts.sayWhy(error, this.words);
    } finally {
      button.ariaDisabled = null;
    }
  }

  /** Say whether an answer is being written, which another one or another question cannot take the place of meanwhile. */
  hasToWait() {
    const isBusy = this.chat.isBusy();
    if (isBusy) this.toasts.say(this.words.say("answer-first"));
    return isBusy;
  }

  /** Open the last question for editing; returns whether there is one. */
  editLast() {
    const last = [...this.log.querySelectorAll(".question[data-question-id]")].at(-1);
    if (!last || this.chat.isBusy()) return false;
    this.edit(last);
    return true;
  }

  /** Open the editor again that a reload closed, with what was written in it. */
  restoreEdit() {
    const kept = this.store.get(EDITED);
    const question = kept && this.log.querySelector(`[data-question-id="${CSS.escape(kept.id)}"]`);
    if (question && !this.chat.isBusy()) this.edit(question, kept.text);
  }

  edit(question, text = question.querySelector(".question__text").textContent.trim()) {
    if (question.querySelector(".editor") || this.hasToWait()) return;
    const body = question.querySelector(".question__text");
    const editor = cloneTemplate("editor-template");
    const box = editor.elements.namedItem("text");
    box.value = text;
    box.dir = body.dir;
    const bound = new Bound(box, editor.querySelector("[data-part=excess]"), this.words);
    box.addEventListener("input", () => {
      bound.show();
      this.store.set(EDITED, { id: question.dataset.questionId, text: box.value });
    });
    const leave = () => {
      this.store.remove(EDITED);
      editor.remove();
      question.classList.remove("question--edited");
      question.querySelector("[data-action=edit]").focus();
    };
    editor.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!box.value.trim() || bound.show()) return;
      this.store.remove(EDITED);
      this.chat.askInstead(question, box.value.trim());
    });
    editor.addEventListener("keydown", (event) => this.keyPressed(event, editor, leave));
    editor.querySelector("[data-action=cancel-edit]").addEventListener("click", leave);
    question.classList.add("question--edited");
    question.append(editor);
    box.focus();
  }

  keyPressed(event, editor, leave) {
    if (event.isComposing) return;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && !event.shiftKey && event.target.localName === "textarea") {
      editor.requestSubmit();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
