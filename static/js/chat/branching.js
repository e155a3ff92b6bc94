/** Another version in a message's place: the page shows the new branch at once, and the pagers when it has ended. */

export class Branching {
  /** @param {object} chat the page, a `Chat` */
  constructor(chat) {
    this.chat = chat;
    this.isDue = false;
  }

  isBusy() {
    return Boolean(this.chat.current);
  }

  async share() {
    (await this.chat.conversations.actions()).share(this.chat.history.conversationId);
  }

  /** Ask a question in another one's place; what followed that one stays on its own branch. */
  askInstead(question, text) {
    const { questionId } = question.dataset;
    const hadFocus = question.querySelector(":focus-visible");
    this.replace(question);
    this.chat.askAt(text, questionId);
    // The tap of a finger would call the keyboard up.
    if (hadFocus || matchMedia("(hover: hover)").matches) this.chat.composer.focus();
  }

  /** Show an answer that is being written in another one's place; one that goes on from its text keeps it in view. */
  answerInstead(answer, { answer_id: answerId }, { keepsText = false } = {}) {
    const { log } = this.chat;
    if (this.chat.isShown(answerId)) return; // another tab's word of it was faster
    const hadFocus = answer.querySelector(":focus-visible");
    this.replace(answer);
    const view = log.addAnswer();
    if (keepsText) view.textElement.replaceChildren(...answer.querySelector(".answer__text").childNodes);
    view.identify(answerId);
    this.chat.resume(view);
    this.chat.streams.resumeAll();
    if (hadFocus) this.chat.composer.focus();
  }

  /** Make room for another version of a message; pagers are due when that has ended. */
  replace(message) {
    while (message.nextElementSibling) message.nextElementSibling.remove();
    message.remove();
    this.isDue = true;
  }

  /** Bring the pagers of the branch onto the page, once its new end is whole. */
  async settled() {
    if (!this.isDue || !this.chat.history.conversationId) return;
    this.isDue = false;
    this.chat.root.dataset.branch = "";
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const pager of page.querySelectorAll("[data-part=pager]")) this.place(pager);
  }

  place(pager) {
    const message = pager.closest("[data-answer-id], [data-question-id]");
    const shown = document.getElementById(message.id);
    shown?.querySelector("[data-part=pager]")?.remove();
    shown?.querySelector(".tools")?.prepend(document.adoptNode(pager));
  }
}
