/** A verdict on an answer; of one that did not help, the reason is asked. */

import { endsSession, request } from "../lib/api.js";

export class RatingTool {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {{words: import("../lib/dom.js").Words, toasts: import("../lib/toast.js").Toasts,
   *   store: import("../lib/dom.js").TabStore}} page
   */
  constructor(dialog, { words, toasts, store }) {
    this.dialog = dialog;
    this.words = words;
    this.toasts = toasts;
    this.store = store;
    this.answer = null;
    dialog.addEventListener("submit", (event) => {
      if (event.submitter?.value !== "send") return;
      event.preventDefault();
      const said = new FormData(event.target);
      this.explain({ reason: said.get("reason") ?? "", comment: said.get("comment") ?? "" });
    });
  }

  get keptName() {
    return `rating:${this.answer.dataset.answerId}`;
  }

  /** A pressed thumb is taken back; a thumb up counts at once, and so does a thumb down, before its reason. */
  async press(button, answer) {
    this.answer = answer;
    const { rating } = button.dataset;
    const isPressed = button.getAttribute("aria-pressed") === "true";
    if (isPressed && rating === "down" && this.store.get(this.keptName)) {
      this.ask();
      return;
    }
    if ((await this.send(isPressed ? null : { rating })) && !isPressed && rating === "down") this.ask();
  }

  /** Ask for the reason; one that could not be sent before the login expired stands there again. */
  ask() {
    const form = this.dialog.querySelector("form");
    form.reset();
    for (const [name, value] of Object.entries(this.store.get(this.keptName) ?? {})) {
      form.elements.namedItem(name).value = value;
    }
    this.store.remove(this.keptName);
    this.dialog.showModal();
  }

  /** Send the reason. What is not taken stays in the dialog, which makes room where one has to log in first. */
  async explain(why) {
    this.store.set(this.keptName, why);
    if (await this.send({ rating: "down", ...why })) {
      this.store.remove(this.keptName);
      this.dialog.close();
    }
  }

  async send(verdict) {
    const url = `/api/v1/messages/${this.answer.dataset.answerId}/feedback`;
    try {
      if (verdict) await request("PUT", url, { body: verdict });
      else await request("DELETE", url);
    } catch (error) {
      this.toasts.sayWhy(error, this.words);
      if (endsSession(error.code)) this.dialog.close();
      return false;
    }
    for (const thumb of this.answer.querySelectorAll("[data-action=rate]")) {
      thumb.setAttribute("aria-pressed", String(thumb.dataset.rating === verdict?.rating));
    }
    if (verdict) this.toasts.say(this.words.say("rated"));
    return true;
  }
}
