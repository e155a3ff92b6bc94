/** One answer on the page: its stage, its growing text, and what stands beneath it when it has ended. */

import { settleDirection } from "../lib/direction.js";
import { cloneTemplate, make } from "../lib/dom.js";
import { phrase, quotation } from "../lib/isolation.js";
import { loadMarkdown } from "../markdown/load.js";

const ENDED_BADLY = new Set(["stopped", "interrupted", "failed"]);
const CONTINUABLE = new Set(["stopped", "interrupted"]);
// Authors who only repeat what is written elsewhere: quotations, and answers that a manager approved.
const REPEATING = new Set(["extractive", "approved"]);
const SHOWN_REASONS = 2; // as in chatbot/thread.py
// Milliseconds of drawing that leave too little of a frame, and how much longer than it the screen then rests.
const COSTLY = 8;
const REST = 3;
const HIDDEN_FRAME = 100;

export class AnswerView {
  /**
   * @param {HTMLElement} element an `_answer.html`, rendered by the server or cloned from its template
   * @param {{words: import("../lib/dom.js").Words, dresser: import("./dress.js").Dresser, onGrow: () => void}} page
   */
  constructor(element, { words, dresser, onGrow }) {
    this.element = element;
    this.words = words;
    this.dresser = dresser;
    this.onGrow = onGrow;
    this.text = "";
    this.citations = new Map();
    this.documents = new Map();
    this.textElement = element.querySelector(".answer__text");
    this.drawing = new Drawing(this.textElement, onGrow);
    if (!this.isOpen) dresser.watch(this.textElement);
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
    this.drawing.later((body) => body.grow(this.text));
  }

  /** Begin the text anew: the answer is about to be replayed from its start. */
  rewind() {
    this.text = "";
  }

  /** End the answer with the server's authoritative text and what belongs to it. */
  async finish(done) {
    const { status, text, citations = [], confidence_level: level = "none", model = "" } = done;
    this.text = text;
    for (const citation of citations) this.citations.set(citation.number, citation);
    await this.drawing.now((body) => body.finish(text, this.message()));
    await shown(); // the end of the text is followed first: what comes beneath it then moves nothing
    this.showCitations(citations);
    this.close(status);
    this.element.dataset.model = model;
    this.element.dataset.level = level;
    this.part("extractive").hidden = model !== "extractive" || status === "refused" || !citations.length;
    this.showApproval(done.approval);
    this.part("refused").hidden = status !== "refused";
    this.part("continue").hidden = !canGoOn(status, model, text);
    this.showGrounds(level, status, done.confidence_reasons ?? []);
    if (ENDED_BADLY.has(status)) this.showEnding(this.words.say(`ended-${status}`));
    this.onGrow();
  }

  /** End the answer with an error: a sentence for people, and when it may be tried again. */
  async fail({ message, retry_after: seconds = null, status = "failed" }) {
    if (this.text) await this.drawing.now((body) => body.finish(this.text, this.message()));
    this.close(status);
    const when = seconds ? ` ${this.words.say("retry-in", { count: seconds })}` : "";
    this.showEnding(`${message}${when}`);
    this.onGrow();
  }

  close(status) {
    this.element.removeAttribute("aria-busy");
    this.element.dataset.status = status;
    this.part("stage").hidden = true;
    this.dresser.watch(this.textElement);
  }

  showEnding(sentence) {
    this.part("ending").hidden = false;
    this.part("ending-text").textContent = sentence;
  }

  showApproval(approval) {
    this.part("approved").hidden = !approval;
    if (!approval) return;
    const [year, month, day] = approval.at.slice(0, 10).split("-").map(Number);
    const date = `${day}.${month}.${year}`;
    this.part("approved-text").textContent = this.words.say(approval.by ? "approved-by" : "approved", {
      name: approval.by,
      date,
    });
  }

  showGrounds(level, status, reasons) {
    this.showConfidence(level, status, reasons);
    const isFree = reasons.includes("without_sources");
    this.part("free").hidden = !isFree;
    this.part("refer").hidden = !isOpenQuestion(status, isFree ? "low" : level);
    if (isFree) this.part("continue").hidden = true;
  }

  showConfidence(level, status, reasons) {
    const confidence = this.part("confidence");
    confidence.hidden = level === "none" || status !== "complete";
    confidence.dataset.level = level;
    this.part("confidence-text").textContent = this.words.say(`confidence-${level}`);
    const said = reasons.filter((code) => this.words.has(`reason-${code}`)).slice(0, SHOWN_REASONS);
    this.part("reasons").replaceChildren(
      ...said.map((code) => make("span", { class: "confidence__reason" }, this.words.say(`reason-${code}`))),
    );
  }

  showCitations(citations) {
    const items = citations.map((citation, index) => {
      const item = this.citationItem(citation);
      item.toggleAttribute("data-again", citations[index - 1]?.document_id === citation.document_id);
      return item;
    });
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
    quote.replaceChildren(...quotation(citation.quote));
    settleDirection(quote, citation.quote);
    return item;
  }

  /** What the text's marks and titles open, as its rendering needs it. */
  message() {
    return {
      id: this.id,
      citations: new Map([...this.citations].map(([number, { document_title: title }]) => [number, title])),
      documents: this.documents,
      label: (number, title) => this.words.say("citation", { number, title }),
    };
  }

  anchorOf(number) {
    return `citation-${this.id}-${number}`;
  }

  part(name) {
    return this.element.querySelector(`[data-part="${name}"]`);
  }
}

/** Wait until the screen shows what was drawn; not for ever, where nobody looks at it. */
function shown() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, HIDDEN_FRAME);
  });
}

/** Tell whether a model may take the text up where it was cut off. */
function canGoOn(status, model, text) {
  return CONTINUABLE.has(status) && !REPEATING.has(model) && Boolean(text.trim());
}

/** Tell whether an answer leaves its question open, so that the managers may be asked. */
function isOpenQuestion(status, level) {
  return status === "refused" || (status === "complete" && level === "low");
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

/** Draws an answer's text: at most once in a frame of the screen, and less often where that takes long. */
class Drawing {
  constructor(container, onDrawn) {
    this.container = container;
    this.onDrawn = onDrawn;
    this.body = null;
    this.wanted = null;
    this.isPlanned = false;
    this.cost = 0;
  }

  /** @param {(body: AnswerText | PlainAnswerText) => void} draw takes the place of what was not drawn yet */
  later(draw) {
    this.wanted = draw;
    if (this.isPlanned) return;
    this.isPlanned = true;
    const frame = () => requestAnimationFrame(() => this.draw());
    if (this.cost > COSTLY) setTimeout(frame, this.cost * REST);
    else frame();
  }

  now(draw) {
    this.wanted = draw;
    return this.draw();
  }

  async draw() {
    this.isPlanned = false;
    if (!this.body) {
      const [markdown, { AnswerText, PlainAnswerText }] = await Promise.all([
        loadMarkdown(),
        import("./render.js"),
      ]);
      this.body ??= markdown ? new AnswerText(this.container, markdown) : new PlainAnswerText(this.container);
    }
    const draw = this.wanted;
    this.wanted = null;
    if (!draw) return;
    const begun = performance.now();
    draw(this.body);
    this.onDrawn();
    this.cost = performance.now() - begun;
  }
}
