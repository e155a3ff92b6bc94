/** The conversations beside the open one: the list, what is done with its lines, and what other tabs do meanwhile. */

import { Toasts } from "../lib/toast.js";
import { Drawer } from "./drawer.js";
import { BOX, ConversationHistory } from "./history.js";
import { ConversationList } from "./list.js";
import { Shortcuts } from "./shortcuts.js";

const ANY_ID = "00000000-0000-0000-0000-000000000000";
const TOGETHER = 200;

export class Conversations {
  /**
   * @param {HTMLElement} root
   * @param {{words: import("../lib/dom.js").Words, onTurn: (event: object) => void, onFile: () => void,
   *   onDeleted: () => void, shownEnd: () => string}} page `onTurn` gets questions of the open conversation that were
   *   asked in another tab, `onFile` hears of its files, `onDeleted` that it is gone, `shownEnd` names the end of its
   *   branch that is shown, where that is not the latest
   */
  constructor(root, { words, onTurn, onFile, onDeleted, shownEnd }) {
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.words = words;
    this.onTurn = onTurn;
    this.onFile = onFile;
    this.onDeleted = onDeleted;
    this.shownEnd = shownEnd;
    this.due = new Set();
    this.timer = 0;
    this.list = new ConversationList(part("sidebar"), {
      words,
      urlOf: (id) => root.dataset.conversationUrl.replace(ANY_ID, id),
      current: () => this.currentId,
    });
    this.history = new ConversationHistory({ root, list: this.list, heading: part("heading") });
    this.toasts = new Toasts(part("toasts"));
    this.organizing = null;
  }

  /** Let the keyboard reach the list, and its lines be acted upon. */
  listen(root) {
    const { list } = this.list;
    for (const near of ["pointerover", "focusin"]) {
      list.addEventListener(near, () => this.actions().catch(() => null), { once: true });
    }
    list.addEventListener("click", async (event) => {
      const opener = event.target.closest("[data-action=conversation-menu]");
      if (!opener || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      (await this.actions()).open(opener);
    });
    addEventListener("unhandledrejection", (event) => this.notFetched(event));
    const drawer = new Drawer(root);
    const shortcuts = new Shortcuts(document.getElementById("shortcuts-dialog"), {
      "Ctrl+KeyK": () => this.list.focusSearch(),
      "Ctrl+Shift+KeyO": () => beginAnew(),
      "Ctrl+Shift+KeyS": () => drawer.toggle(),
    });
    if (!location.hash) root.querySelector("[data-part=undo]")?.focus();
    root.addEventListener("click", (event) => {
      if (event.target.closest("[data-action=shortcuts]")) shortcuts.help();
    });
  }

  /** Say that something could not be done whose module did not come; the next attempt fetches it again. */
  notFetched(event) {
    if (!(event.reason instanceof TypeError) || !/module/iu.test(event.reason.message)) return;
    event.preventDefault();
    this.toasts.say(this.words.say("not-done"));
  }

  /** What can be done with a conversation, fetched when somebody comes near the list. */
  async actions() {
    const { ConversationActions } = await import("./organize.js");
    this.organizing ??= new ConversationActions(this.list, {
      words: this.words,
      toasts: this.toasts,
      onChange: (item) => this.changed(item),
      onLeave: (id) => id === this.currentId && this.history.leave(),
      shownEnd: (id) => (id === this.currentId ? this.shownEnd() : ""),
    });
    return this.organizing;
  }

  get currentId() {
    return this.history?.conversationId ?? "";
  }

  /** Take an `event` of the socket: something happened in another tab, or in this one. */
  receive({ topic, conversation_id: id, ...turn }) {
    if (!id) return;
    if (topic === "turn" && id === this.currentId) this.onTurn(turn);
    if (topic === "file" && id === this.currentId) this.onFile();
    if (topic === "conversation_deleted") {
      this.deleted(id);
      return;
    }
    this.due.add(id);
    this.timer ||= setTimeout(() => this.refreshDue(), TOGETHER);
  }

  deleted(id) {
    this.due.delete(id);
    this.list.remove(id);
    if (id === this.currentId && id !== this.organizing?.deletingId) this.onDeleted();
  }

  async refreshDue() {
    this.timer = 0;
    const due = [...this.due];
    this.due.clear();
    await Promise.all(due.map((id) => this.list.refresh(id)));
  }

  changed(item) {
    if (item.id === this.currentId) this.history.rename(item.title);
  }
}

function beginAnew() {
  location.assign(`/${BOX}`);
  document.querySelector(BOX).focus(); // a page that is new already stays
}
