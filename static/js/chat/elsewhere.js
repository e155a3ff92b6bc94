/** What other tabs do to the open conversation: what is asked there appears in its place; that it was deleted is said. */

import { request } from "../lib/api.js";

export class Elsewhere {
  /** @param {object} chat the page, a `Chat` */
  constructor(chat) {
    this.chat = chat;
  }

  /** Show a question that another tab asked, or had answered anew, and its answer as it is written. */
  async asked({ question_id: questionId, answer_id: answerId }) {
    const { chat } = this;
    const isOwn = () => chat.waiting.size > 0 || chat.isShown(answerId) || chat.current;
    if (isOwn() || !chat.window.isAtEnd) return;
    const question = await request("GET", `/api/v1/messages/${questionId}`).catch(() => null);
    if (!question || isOwn() || !this.makeRoom(questionId, question.parent_id)) return;
    const isThere = document.getElementById(`question-${questionId}`);
    const view = isThere ? chat.log.addAnswer() : chat.log.addTurn(question.text, questionId);
    chat.log.identifyQuestion(view, questionId);
    view.identify(answerId);
    chat.resume(view);
    chat.streams.resumeAll();
  }

  /** Remove what the new message takes the place of; returns whether it belongs to what is shown. */
  makeRoom(questionId, parentId) {
    const { log, window, branching } = this.chat;
    const before =
      document.getElementById(`question-${questionId}`) ?? document.getElementById(`answer-${parentId}`);
    if (!before && (parentId || window.link)) return false;
    const other = before ? before.nextElementSibling : log.element.firstElementChild;
    if (log.element.querySelector(".editor")) return false; // nothing that somebody writes goes away
    if (other) branching.replace(other);
    return true;
  }

  /** Leave for the page that says so and offers the conversation back; what is being written goes along. */
  deleted() {
    const { composer, store, history } = this.chat;
    const text = composer.box.value.trim();
    if (text && !store.get("draft:new")) store.set("draft:new", text);
    history.leave({ isOwn: false });
  }
}
