/** One answer on the page: its stage, its growing text, and what stands beneath it when it has ended. */

import { settleDirection } from "../lib/direction.js";
import { cloneTemplate, make } from "../lib/dom.js";
import { isolated, phrase } from "../lib/isolation.js";
import { AnswerText } from "./render.js";

const ENDED_BADLY = new Set(["stopped", "interrupted", "failed"]);

export class AnswerView {
  /**
   * @param {HTMLElement} element an `_answer.html`, rendered by the server or cloned from its template
   * @param {{words: import("../lib/dom.js").Words, onGrow: () => void}} page
   */
  constructor(element, { words, onGrow }) {
    this.element = element;
    this.words = words;
    this.onGrow = onGrow;
    this.text = "";
    this.citations = new Map();
    this.documents = new Map();
    this.frame = 0;
    this.textElement = element.querySelector(".answer__text");
    this.body = null;
  }

  static create(page) {
    return new AnswerView(cloneTemplate("answer-template"), page);
  }

  get id() {
    return this.element.dataset.answerId ?? "";
  }

  get isOpen() {
    return this.element.getAttribute("aria-busy") === "true";
  }

  /** Take the answer's id, once the server has given it. */
  identify(answerId) {
    this.element.dataset.answerId = answerId;
    this.element.id = `answer-${answerId}`;
  }

  /** Say what is being done: `sending`, `offline`, or a stage of the protocol. */
  stage(name, position = null) {
    const said = position
      ? this.words.say(`stage-${name}-position`, { position })
      : this.words.say(`stage-${name}`);
    this.part("stage").hidden = false;
    this.part("stage-name").textContent = said;
  }

  /** Remember the documents found, so that their titles in a refusal open them. */
  sources(sources) {
    for (const { document, passage } of sources) {
      if (!this.documents.has(document.title)) this.documents.set(document.title, passage.id);
    }
  }

  /** Add text; it appears with the next frame of the screen. */
  write(text) {
    this.text += text;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.renderer().grow(this.text);
      this.onGrow();
    });
  }

  /** Begin the text anew: the answer is about to be replayed from its start. */
  rewind() {
    this.text = "";
  }

  /** End the answer with the server's authoritative text and what belongs to it. */
  finish({ status, text, citations = [], confidence_level: level = "none", model = "" }) {
    this.text = text;
    for (const citation of citations) this.citations.set(citation.number, citation);
    this.close(status);
    this.element.dataset.model = model;
    this.element.dataset.level = level;
    this.renderer().finish(text);
    this.showCitations(citations);
    this.part("extractive").hidden = model !== "extractive" || status === "refused" || !text;
    this.part("refused").hidden = status !== "refused";
    this.showConfidence(level, status);
    if (ENDED_BADLY.has(status)) this.showEnding(this.words.say(`ended-${status}`));
    this.onGrow();
  }

  /** End the answer with an error: a sentence for people, and when it may be tried again. */
  fail({ message, retry_after: seconds = null, status = "failed" }) {
    this.close(status);
    if (this.text) this.renderer().finish(this.text);
    const when = seconds ? ` ${this.words.say("retry-in", { count: seconds })}` : "";
    this.showEnding(`${message}${when}`);
    this.onGrow();
  }

  close(status) {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.element.removeAttribute("aria-busy");
    this.element.dataset.status = status;
    this.part("stage").hidden = true;
  }

  showEnding(sentence) {
    this.part("ending").hidden = false;
    this.part("ending-text").textContent = sentence;
  }

  showConfidence(level, status) {
    const confidence = this.part("confidence");
    confidence.hidden = level === "none" || status !== "complete";
    confidence.dataset.level = level;
    this.part("confidence-text").textContent = this.words.say(`confidence-${level}`);
  }

  showCitations(citations) {
    const items = citations.map((citation) => this.citationItem(citation));
    this.part("citations").hidden = !items.length;
    this.part("citation-list").replaceChildren(...items);
  }

  citationItem(citation) {
    const item = cloneTemplate("citation-template");
    item.id = this.anchorOf(citation.number);
    const button = item.querySelector("[data-citation]");
    Object.assign(button.dataset, dataOf(citation));
    item.querySelector(".source__number").textContent = String(citation.number);
    item.querySelector(".source__title").replaceChildren(phrase(citation.document_title));
    const quote = item.querySelector(".source__quote");
    quote.replaceChildren(...isolated(citation.quote));
    settleDirection(quote, citation.quote);
    return item;
  }

  renderer() {
    if (!this.body) {
      this.textElement.replaceChildren();
      this.body = new AnswerText(this.textElement, {
        citation: (number) => this.citationLink(number),
        document: (title) => this.documentLink(title.trim()),
      });
    }
    return this.body;
  }

  citationLink(number) {
    const citation = this.citations.get(number);
    if (!citation) return null;
    const label = this.words.say("citation", { number, title: citation.document_title });
    const link = make("a", { href: `#${this.anchorOf(number)}`, "aria-label": label }, String(number));
    Object.assign(link.dataset, dataOf(citation));
    return link;
  }

  documentLink(title) {
    const passageId = this.documents.get(title);
    if (!passageId) return null;
    const button = make("button", { type: "button", class: "link" }, phrase(title));
    Object.assign(button.dataset, { passage: passageId, title });
    return button;
  }

  anchorOf(number) {
    return `citation-${this.id}-${number}`;
  }

  part(name) {
    return this.element.querySelector(`[data-part="${name}"]`);
  }
}

/** What the passage panel needs to know, as `data-*` of the element that opens it. */
function dataOf(citation) {
  return {
    citation: String(citation.number),
    passage: citation.passage_id,
    title: citation.document_title,
    quote: citation.quote,
    start: String(citation.start ?? 0),
  };
}
