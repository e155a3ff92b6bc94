/** A verdict on an answer; of one that did not help, the reason is asked. */

import { request } from "../lib/api.js";

export class RatingTool {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {{words: import("../lib/dom.js").Words, toasts: import("../lib/toast.js").Toasts}} page
   */
  constructor(dialog, { words, toasts }) {
    this.dialog = dialog;
    this.words = words;
    this.toasts = toasts;
    this.answer = null;
    dialog.addEventListener("submit", (event) => {
      if (event.submitter?.value !== "send") return;
      const said = new FormData(event.target);
      this.send({ rating: "down", reason: said.get("reason") ?? "", comment: said.get("comment") ?? "" });
    });
  }

  /** A pressed thumb is taken back; a thumb up counts at once, and so does a thumb down, before its reason. */
  async press(button, answer) {
    this.answer = answer;
    const { rating } = button.dataset;
    const isTakenBack = button.getAttribute("aria-pressed") === "true";
    if (!(await this.send(isTakenBack ? null : { rating })) || isTakenBack || rating === "up") return;
    this.dialog.querySelector("form").reset();
    this.dialog.showModal();
  }

  async send(verdict) {
    const url = `/api/v1/messages/${this.answer.dataset.answerId}/feedback`;
    try {
      if (verdict) await request("PUT", url, { body: verdict });
      else await request("DELETE", url);
    } catch (error) {
      this.toasts.say(error.message || this.words.say("not-done"));
      return false;
    }
    for (const thumb of this.answer.querySelectorAll("[data-action=rate]")) {
      thumb.setAttribute("aria-pressed", String(thumb.dataset.rating === verdict?.rating));
    }
    if (verdict) this.toasts.say(this.words.say("rated"));
    return true;
  }
}
