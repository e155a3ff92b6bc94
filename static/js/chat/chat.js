/** The chat page: what a person does and what the server says, brought together. */

import { endsSession } from "../lib/api.js";
import { make, TabStore, Words } from "../lib/dom.js";
import { whenAgain } from "../lib/moments.js";
import { ChatSocket } from "../lib/socket.js";
import { loadMarkdown } from "../markdown/load.js";
import { Attaching } from "./attaching.js";
import { Branching } from "./branching.js";
import { BudgetNote } from "./budget.js";
import { Composer } from "./composer.js";
import { ConnectionSign } from "./connection.js";
import { Conversations } from "./conversations.js";
import { Dresser } from "./dress.js";
import { Elsewhere } from "./elsewhere.js";
import { MessageLog } from "./log.js";
import { PendingQuestions } from "./pending.js";
import { QuestionQueue } from "./queue.js";
import { Sources } from "./sources.js";
import { Spoken } from "./spoken.js";
import { AnswerStreams } from "./stream.js";
import { MessageTools } from "./tools.js";
import { HistoryWindow } from "./window.js";

export class Chat {
  constructor(root) {
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.root = root;
    this.words = new Words(document.getElementById("chat-words"));
    this.store = new TabStore(`sicha:${root.dataset.user}:`);
    this.spoken = new Spoken({ words: this.words, status: part("status"), alarm: part("alarm") });
    this.views = new Map();
    this.waiting = new Map();
    this.current = null;
    this.conversations = new Conversations(root, {
      words: this.words,
      onTurn: (turn) => this.elsewhere.asked(turn),
      onDeleted: () => this.elsewhere.deleted(),
      onFile: () => this.files.changed(),
      shownEnd: () => this.log.branchEnd(),
    });
    this.history = this.conversations.history;
    const dresser = new Dresser({ words: this.words, status: part("status") });
    this.log = new MessageLog(part("log"), { words: this.words, dresser, jump: part("jump") });
    this.socket = new ChatSocket(new URL(root.dataset.socket, location.href.replace(/^http/u, "ws")).href);
    this.window = this.openWindow(part);
    this.streams = new AnswerStreams((frame) => this.socket.send(frame));
    this.pending = new PendingQuestions(this.store, (frame) => this.socket.send(frame));
    this.composer = new Composer(part("composer"), {
      onEditLast: () => this.tools.editLast(),
      onGrow: () => this.log.keepUp(),
      store: this.store,
      words: this.words,
      draftName: () => `draft:${this.history.conversationId || "new"}`,
      onSend: (text) => this.ask(text),
      onStop: () => this.stop(),
    });
    this.sign = new ConnectionSign(this.socket, {
      sign: part("connection"),
      banner: part("banner"),
      expired: part("expired"),
      words: this.words,
    });
    this.equip(part);
  }

  equip(part) {
    this.cited = new Sources(this.root, {
      words: this.words,
      panel: part("panel"),
      behind: [part("sidebar"), part("column")],
    });
    this.branching = new Branching(this);
    this.elsewhere = new Elsewhere(this);
    this.tools = new MessageTools(part("log"), {
      words: this.words,
      toasts: this.conversations.toasts,
      store: this.store,
      chat: this.branching,
    });
    this.queue = new QuestionQueue(part("queue"), {
      store: this.store,
      name: () => `queue:${this.history.conversationId || "new"}`,
    });
    this.files = new Attaching(this);
    this.budget = new BudgetNote(part("budget"), this.socket);
  }

  openWindow(part) {
    return new HistoryWindow(part("log"), {
      frame: part("main"),
      isBusy: () => Boolean(this.current),
      onShown: (messages) => messages.forEach((message) => this.log.dress(message)),
    });
  }

  start() {
    this.cited.serve();
    this.cited.preview(document.getElementById("citation-preview"));
    this.conversations.listen(this.root);
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.socket.addEventListener("frame", (event) => this.receive(event.detail));
    this.socket.addEventListener("state", (event) => event.detail === "ready" && this.connected());
    for (const view of this.log.storedAnswers()) if (view.isOpen) this.resume(view);
    this.recoverPending();
    if (!this.current) this.composer.giveBack(this.queue.takeAll());
    if (this.history.conversationId) this.log.show(new URLSearchParams(location.search));
    this.tools.restoreEdit();
    this.root.dataset.ready = "";
    this.socket.open();
    // What answers are shown with is not fetched before somebody begins to ask.
    this.root.addEventListener("input", () => loadMarkdown(), { once: true });
  }

  /** Ask a question, now or when the answer that is being written has ended and the files have been read. */
  ask(text) {
    if (this.current || this.files.areComing) this.queue.add(text);
    else this.askAt(text, this.log.branchEnd());
    this.files.note();
    return true;
  }

  /** Ask after an answer, or in the place of a question; "" stands for the end of the conversation. */
  askAt(text, parentId) {
    const place = { text, conversationId: this.history.conversationId, parentId };
    if (this.window.goToEnd()) {
      this.pending.add(place);
      return;
    }
    const view = this.log.addTurn(text);
    const { clientId, isSent } = this.pending.add(place);
    this.await(clientId, text, view, isSent);
  }

  await(clientId, text, view, isSent) {
    view.stage(isSent ? "sending" : "offline");
    view.question = text;
    this.waiting.set(clientId, view);
    this.open(view);
  }

  /** Show again what was asked before a reload and has not been accepted; what is old becomes a draft. */
  recoverPending() {
    this.pending.recover({
      conversationId: this.history.conversationId,
      isReloaded: isReload() && this.window.isAtEnd,
      isShown: (questionId) => document.getElementById(`question-${questionId}`) !== null,
    });
    for (const { text } of this.pending.takeStale()) this.composer.giveBack(text);
    for (const question of this.pending.ofConversation(this.history.conversationId)) {
      this.await(question.client_id, question.text, this.log.addTurn(question.text), false);
    }
  }

  resume(view) {
    this.views.set(view.id, view);
    this.streams.follow(view.id, (frame) => this.apply(view, frame));
    view.stage("resuming");
    this.open(view);
  }

  connected() {
    this.pending.flush();
    this.streams.resumeAll();
    if (this.current?.isStopped) this.sendStop();
  }

  receive(frame) {
    if (this.streams.receive(frame)) return;
    if (frame.type === "event") this.conversations.receive(frame);
    else if (frame.type === "accepted") this.accepted(frame);
    else if (frame.type === "error") this.refused(frame);
  }

  accepted(frame) {
    const question = this.pending.accept(frame);
    const view = this.waiting.get(frame.client_id);
    if (!question || !view) return;
    this.waiting.delete(frame.client_id);
    if (this.isShown(frame.answer_id)) {
      this.withdraw(view);
      return;
    }
    view.identify(frame.answer_id);
    this.log.identifyQuestion(view, frame.question_id);
    this.views.set(frame.answer_id, view);
    this.streams.follow(frame.answer_id, (next) => this.apply(view, next));
    view.stage("queued");
    this.history.asked(frame.conversation_id, question.text);
    if (view.isStopped) this.sendStop();
  }

  /** Say whether the server had rendered this answer already: its `accepted` was lost before a reload. */
  isShown(answerId) {
    return document.getElementById(`answer-${answerId}`) !== null;
  }

  withdraw(view) {
    view.element.previousElementSibling?.remove();
    view.element.remove();
    this.closed(view);
    this.current = [...this.views.values()].at(-1) ?? null;
    this.composer.busy(Boolean(this.current));
  }

  /** An error that is no answer's end: of the session, of a question, or of a frame about an answer. */
  refused(frame) {
    if (endsSession(frame.code)) {
      this.socket.expire();
      return;
    }
    // The server leaves: what was asked goes to the next one, which `reconnect` leads to.
    if (frame.code === "draining" && this.waiting.has(frame.client_id)) return;
    const question = this.pending.settle(frame.client_id);
    const view = this.waiting.get(frame.client_id) ?? this.views.get(frame.answer_id);
    if (question) this.composer.giveBack(question.text);
    this.waiting.delete(frame.client_id);
    if (!view?.isOpen) return;
    this.streams.forget(frame.answer_id);
    this.fail(view, frame);
  }

  /** Bring one frame of an answer onto the page. */
  apply(view, frame) {
    if (frame.type === "stage") view.stage(frame.stage, frame.position);
    else if (frame.type === "sources") view.sources(frame.sources);
    else if (frame.type === "delta") view.write(frame.text);
    else if (frame.type === "done") view.finish(frame);
    if (frame.type === "error") this.fail(view, frame);
    else if (frame.type === "done") this.closed(view, "", frame.status);
  }

  /** End an answer with an error: what happened, when it may be tried again, and what to tell who supports us. */
  fail(view, frame) {
    const isTold = !frame.retry_after || frame.code === "budget_spent"; // its message names the moment
    const when = isTold ? "" : ` ${whenAgain(this.words, frame.retry_after)}`;
    view.fail({ message: `${frame.message}${when}` });
    const code = `${frame.code}-${(frame.answer_id ?? frame.client_id ?? "").slice(0, 8)}`;
    const label = make("span", { class: "support" }, this.words.say("support-code"), " ");
    label.append(make("bdi", { dir: "ltr" }, code));
    view.part("ending-text").append(" ", label);
    this.closed(view, frame.message, "failed");
  }

  open(view) {
    this.current = view;
    this.composer.busy(true);
    this.spoken.begun();
  }

  closed(view, problem = "", status = "") {
    this.views.delete(view.id);
    if (this.current === view) this.current = null;
    this.composer.busy(Boolean(this.current));
    this.spoken.ended(status, problem);
    if (this.current) return;
    this.branching.settled();
    if (status === "complete" || status === "refused") this.askNext();
    else if (status) this.composer.giveBack(this.queue.takeAll());
  }

  askNext() {
    const next = this.files.areComing ? null : this.queue.take();
    if (next) this.ask(next);
  }

  stop() {
    if (!this.current) return;
    this.current.isStopped = true;
    this.current.stage("stopping");
    this.sendStop();
  }

  sendStop() {
    if (this.current.id) this.socket.send({ type: "stop", answer_id: this.current.id });
  }

  clicked(event) {
    const button = event.target.closest("[data-action=retry], [data-action=example]");
    if (!button) return;
    const question = button.dataset.question || this.questionBefore(button);
    if (question && this.ask(question)) this.composer.focus();
  }

  questionBefore(button) {
    const answer = button.closest("[data-part=answer]");
    return answer?.previousElementSibling?.querySelector(".question__text")?.textContent.trim() ?? "";
  }
}

function isReload() {
  return performance.getEntriesByType("navigation")[0]?.type === "reload";
}
