/** What screen readers hear of an answer: that it is begun, how it ended, and what went wrong; never its text. */

export class Spoken {
  /** @param {{words: import("../lib/dom.js").Words, status: HTMLElement, alarm: HTMLElement}} regions live regions */
  constructor({ words, status, alarm }) {
    this.words = words;
    this.status = status;
    this.alarm = alarm;
  }

  /** Say that there is something new among the notifications. */
  news() {
    this.status.textContent = this.words.say("notification-new");
  }

  begun() {
    this.status.textContent = this.words.say("answer-begun");
  }

  /** Say how an answer ended; "" for one that nobody waits for any more. */
  ended(status, problem) {
    const isWhole = status === "complete" || status === "refused";
    const word = isWhole ? "answer-ready" : `ended-${status}`;
    this.status.textContent = status && !problem ? this.words.say(word) : "";
    this.alarm.textContent = problem;
  }
}
