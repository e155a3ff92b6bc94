/** The list of messages, and where the reader is in it: the page follows the answer only while its end is in view. */

import { settleDirection } from "../lib/direction.js";
import { cloneTemplate } from "../lib/dom.js";
import { isolated } from "../lib/isolation.js";
import { AnswerView } from "./answer.js";

const NEAR_END = 48;

export class MessageLog {
  /**
   * @param {HTMLElement} element
   * @param {{words: import("../lib/dom.js").Words, dresser: import("./dress.js").Dresser,
   *   jump: HTMLButtonElement}} page
   */
  constructor(element, { words, dresser, jump }) {
    this.element = element;
    this.words = words;
    this.dresser = dresser;
    this.jump = jump;
    this.scroller = document.scrollingElement;
    this.isFollowing = true;
    this.last = { top: 0, height: 0 };
    addEventListener("scroll", () => this.scrolled(), { passive: true });
    addEventListener("wheel", (event) => event.deltaY < 0 && this.release(), { passive: true });
    addEventListener("resize", () => this.isFollowing && this.follow(), { passive: true });
    jump.addEventListener("click", () => this.toEnd());
  }

  /** Dress the text of a message that came from the server. */
  dress(message) {
    const text = message.querySelector(".answer__text");
    if (text) this.dresser.watch(text);
  }

  /** Return the views of the answers that the server rendered. */
  storedAnswers() {
    return [...this.element.querySelectorAll("[data-answer-id]")].map((element) => this.viewOf(element));
  }

  /** Show the message that was searched for, or the version that was chosen with its pager; else the end. */
  show(asked) {
    const soughtId = asked.get("at");
    const found = messageOf(soughtId ?? asked.get("branch"));
    if (!found) {
      this.toEnd();
      return;
    }
    const pager = soughtId ? null : found.querySelector("[data-part=pager]");
    this.isFollowing = false;
    if (soughtId) found.dataset.found = "";
    (pager ?? found).scrollIntoView({ block: "center" });
    pager?.querySelector("a[href]")?.focus({ preventScroll: true });
    this.remember();
  }

  /** Return the id of the last answer shown, where another branch of the conversation has a later one; else "". */
  branchEnd() {
    const { branch } = this.element.closest("[data-module]").dataset;
    return branch
      ? ([...this.element.querySelectorAll("[data-answer-id]")].at(-1)?.dataset.answerId ?? "")
      : "";
  }

  /** Add a question and the place of its answer; returns the answer's view. */
  addTurn(text, questionId = "") {
    const question = cloneTemplate("question-template");
    if (questionId) question.dataset.questionId = questionId;
    const body = question.querySelector(".question__text");
    body.replaceChildren(...isolated(text));
    settleDirection(body, text);
    this.element.append(question);
    document.querySelector("[data-empty]")?.remove();
    return this.addAnswer();
  }

  /** Add the place of an answer at the end; returns its view. */
  addAnswer() {
    const answer = AnswerView.create(this.page());
    this.element.append(answer.element);
    this.toEnd();
    return answer;
  }

  /** Give the question above an answer its id, once the server has named it. */
  identifyQuestion(view, questionId) {
    const question = view.element.previousElementSibling;
    if (!question || !questionId) return;
    question.dataset.questionId = questionId;
    question.id = `question-${questionId}`;
  }

  /** Keep the end in view, if that is where the reader is; otherwise say that there is something new. */
  follow() {
    if (this.isFollowing) {
      this.scroller.scrollTop = this.scroller.scrollHeight;
      this.remember();
    } else {
      this.jump.hidden = false;
      this.jump.dataset.new = "";
    }
  }

  /** Keep the end in view when what stands beneath it became higher; a page without messages stays at its top. */
  keepUp() {
    if (this.isFollowing && this.element.children.length) this.follow();
  }

  toEnd() {
    this.isFollowing = true;
    this.follow();
    this.hideJump();
  }

  release() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollTop > 0 && scrollHeight > clientHeight) this.isFollowing = false;
  }

  scrolled() {
    const { scrollTop: top, scrollHeight: height, clientHeight } = this.scroller;
    const isAtEnd = height - top - clientHeight < NEAR_END;
    // Only a person moves up in a page that did not become shorter; a layout jump is no scroll.
    const movedUp = top < this.last.top - 2 && height >= this.last.height;
    if (movedUp) this.isFollowing = false;
    if (isAtEnd && !movedUp) this.isFollowing = true;
    if (isAtEnd) this.hideJump();
    else if (!this.isFollowing) this.jump.hidden = false;
    this.remember();
  }

  remember() {
    this.last = { top: this.scroller.scrollTop, height: this.scroller.scrollHeight };
  }

  hideJump() {
    this.jump.hidden = true;
    delete this.jump.dataset.new;
  }

  viewOf(element) {
    return new AnswerView(element, this.page());
  }

  page() {
    return { words: this.words, dresser: this.dresser, onGrow: () => this.follow() };
  }
}

function messageOf(id) {
  return document.getElementById(`question-${id}`) ?? document.getElementById(`answer-${id}`);
}
