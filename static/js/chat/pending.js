/**
 * Questions that the server has not yet accepted. They survive a reload, and are sent again under the same
 * `client_id`, by which the server knows a repetition.
 */

const NAME = "pending";
const FRESH_FOR = 10 * 60 * 1000;

export class PendingQuestions {
  /**
   * @param {import("../lib/dom.js").TabStore} store
   * @param {(frame: object) => boolean} send
   */
  constructor(store, send) {
    this.store = store;
    this.send = send;
    this.questions = store.get(NAME) ?? [];
  }

  /** Keep a question and send it, now or with the next connection; returns whether it went out now. */
  add({ text, conversationId, parentId = "" }) {
    const question = {
      client_id: crypto.randomUUID(),
      text,
      conversation_id: conversationId || null,
      parent_id: parentId || null,
      at: Date.now(),
    };
    this.questions.push(question);
    this.keep();
    return { clientId: question.client_id, isSent: this.ask(question) };
  }

  /** Send everything again: after a new connection. */
  flush() {
    for (const question of this.questions) this.ask(question);
  }

  /** Let go of a question that was accepted or refused, and return it; null for one that is not known. */
  settle(clientId) {
    const question = this.questions.find((pending) => pending.client_id === clientId) ?? null;
    this.questions = this.questions.filter((pending) => pending !== question);
    if (question) this.keep();
    return question;
  }

  /** Take out the questions that are too old to be sent unasked. */
  takeStale(now = Date.now()) {
    const stale = this.questions.filter((question) => now - question.at > FRESH_FOR);
    for (const question of stale) this.settle(question.client_id);
    return stale;
  }

  ofConversation(conversationId) {
    return this.questions.filter((question) => question.conversation_id === (conversationId || null));
  }

  ask({ client_id, text, conversation_id, parent_id }) {
    const place = { ...(conversation_id ? { conversation_id } : {}), ...(parent_id ? { parent_id } : {}) };
    return this.send({ type: "ask", client_id, text, ...place });
  }

  keep() {
    if (this.questions.length) this.store.set(NAME, this.questions);
    else this.store.remove(NAME);
  }
}
