/**
 * Questions that the server has not yet accepted. They survive a reload, and are sent again under the same
 * `client_id`, by which the server knows a repetition. The latest that was accepted is remembered, too: a page may have
 * been asked for before the question was stored, and come after it was accepted.
 */

const NAME = "pending";
const ACCEPTED = "accepted";
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

  /** Let go of a question that was accepted, as `settle` does, and remember under which ids the server has it. */
  accept({ client_id: clientId, question_id: questionId, conversation_id: conversationId }) {
    const question = this.settle(clientId);
    if (question) this.store.set(ACCEPTED, { question, questionId, conversationId });
    return question;
  }

  /**
   * Take back the question that was accepted last if a reloaded page came without it: sent again, it brings its answer.
   * Each page is asked once. `isShown` tells whether a question of that id is on it.
   */
  recover({ conversationId, isReloaded, isShown }, now = Date.now()) {
    const accepted = this.store.get(ACCEPTED);
    this.store.remove(ACCEPTED);
    const isMissing = accepted && isReloaded && !isShown(accepted.questionId);
    if (!isMissing || now - accepted.question.at > FRESH_FOR) return;
    const place = accepted.question.conversation_id ?? null;
    if (conversationId ? accepted.conversationId !== conversationId : place !== null) return;
    this.questions.push({ ...accepted.question, conversation_id: conversationId || null });
    this.keep();
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
