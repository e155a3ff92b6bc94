/** One file of the conversation as it stands in the composer: its name, how far it is, and what can be done. */

import { ApiError } from "../lib/api.js";
import { cloneTemplate } from "../lib/dom.js";

const PERCENT = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
const READING = new Set(["pending", "indexing"]);
// Sent again, what was refused so would be refused again.
const REFUSED = new Set([400, 413, 415]);
// What would show the letters of a name in another order.
const UNSEEN = /[\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu;

export class FileLine {
  /** Make the line of a file that is sent, or that came in another tab. */
  static new(file, words) {
    const element = cloneTemplate("file-template");
    const name = file.name.replace(UNSEEN, ""); // as the server will call it
    element.querySelector("[data-part=name]").textContent = name;
    element
      .querySelector("[data-action=remove-file]")
      .setAttribute("aria-label", words.say("file-remove", { name }));
    const line = new FileLine(element, words);
    line.file = file instanceof Blob ? file : null;
    return line;
  }

  /** Take over a line that the server has written. */
  static of(element, words) {
    const line = new FileLine(element, words);
    line.id = element.dataset.file;
    line.state = element.dataset.state;
    return line;
  }

  constructor(element, words) {
    this.element = element;
    this.words = words;
    this.id = "";
    this.state = "sending";
    this.file = null;
    this.aborter = new AbortController();
  }

  get name() {
    return this.part("name").textContent;
  }

  get signal() {
    return this.aborter.signal;
  }

  get isSending() {
    return this.state === "sending";
  }

  get isBeingRead() {
    return READING.has(this.state);
  }

  get isComing() {
    return this.isSending || this.isBeingRead;
  }

  get isReady() {
    return this.state === "indexed";
  }

  get hasFailed() {
    return this.state === "failed" || this.state === "rejected";
  }

  /** Whether the server has it, to be asked about now or soon. */
  get isKept() {
    return Boolean(this.id) && !this.hasFailed;
  }

  sending() {
    this.show("sending", { words: this.words.say("file-waiting"), share: 0 });
  }

  sent(share) {
    const isAll = share >= 1;
    this.show("sending", {
      words: isAll
        ? this.words.say("file-reading")
        : this.words.say("file-sending", { share: PERCENT.format(share) }),
      share: isAll ? null : share,
    });
  }

  /** Raise what the server would say, before anything is sent in vain. */
  check(most, types) {
    if (this.file.size > most) {
      const megabytes = Math.floor(most / 1e6);
      throw new ApiError(413, {
        code: "document_too_large",
        message: this.words.say("file-too-large", { megabytes }),
      });
    }
    const [, suffix] = /(\.[^./\\]+)$/u.exec(this.file.name) ?? [];
    if (suffix && !types.includes(suffix.toLowerCase())) {
      throw new ApiError(415, {
        code: "unsupported_document_type",
        message: this.words.say("file-unsupported"),
      });
    }
  }

  /** Show what the server says of the file. */
  tell({ id, name, status, error, preview }) {
    this.id = id;
    this.part("name").textContent = name;
    const words = error?.message ?? this.words.say(READING.has(status) ? "file-reading" : "file-ready");
    this.show(status, { words, canRetry: status === "failed", preview });
  }

  fail(error, words) {
    const message = error.message || words.say("not-done");
    this.show("failed", { words: message, canRetry: !REFUSED.has(error.status) });
  }

  /** Say that a document of the organization was made of it. */
  published(words) {
    this.part("state").textContent = words;
    this.element.querySelector("[data-action=publish-file]").remove();
  }

  abort() {
    this.aborter.abort();
  }

  show(state, { words, share = null, canRetry = false, preview = null }) {
    this.state = state;
    this.element.dataset.state = state;
    this.part("state").textContent = words;
    const progress = this.part("progress");
    progress.hidden = !this.isComing;
    if (share === null) progress.removeAttribute("value");
    else progress.value = share;
    this.element.querySelector("[data-action=retry-file]").hidden = !canRetry;
    this.element.querySelector("[data-action=accept-file]").hidden = state !== "needs_attention";
    const publish = this.element.querySelector("[data-action=publish-file]");
    if (publish) publish.hidden = state !== "indexed";
    this.part("preview").hidden = !preview;
    this.part("preview-text").textContent = preview ?? "";
  }

  part(name) {
    return this.element.querySelector(`[data-part="${name}"]`);
  }
}
