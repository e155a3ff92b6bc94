/** The address and the title of the open conversation, as a new one comes to be or gets another name. */

import { phrase } from "../lib/isolation.js";

const TITLE_LENGTH = 60;
/** The address's end for a page that shall begin with the focus in the box. */
export const BOX = "#composer-text";

export class ConversationHistory {
  /**
   * @param {{root: HTMLElement, list: import("./list.js").ConversationList, heading: HTMLElement}} page
   */
  constructor({ root, list, heading }) {
    this.root = root;
    this.list = list;
    this.heading = heading;
    this.path = location.pathname;
    this.isNamed = root.dataset.named !== undefined;
    addEventListener("popstate", () => this.returned());
  }

  get conversationId() {
    return this.root.dataset.conversation || "";
  }

  /**
   * Show the conversation that the browser went back to; a move within this page is none of our business. A page that
   * somebody goes back to is no reloaded one: what was asked here is not to be asked there again.
   */
  returned() {
    if (location.pathname !== this.path) location.replace(location.pathname + location.search);
  }

  /** Give the conversation that just began its address. */
  begin(conversationId) {
    this.root.dataset.conversation = conversationId;
    globalThis.history.pushState({}, "", this.list.urlOf(conversationId));
    this.path = location.pathname;
  }

  /** Know that a question was accepted: the first one gives the conversation its title and its place in the list. */
  asked(conversationId, question) {
    if (!this.conversationId) this.begin(conversationId);
    if (this.isNamed) return;
    const title = titleOf(question);
    this.rename(title);
    const line = { id: conversationId, title, pinned: false, archived: false };
    this.list.put({ ...line, updated_at: new Date().toISOString() });
  }

  rename(title) {
    this.isNamed = true;
    document.title = `${title} · ${document.title.split(" · ").at(-1)}`;
    this.heading.replaceChildren(phrase(title));
    this.heading.title = title;
  }

  /**
   * Go from a conversation that is not there any more to a new one; the page there offers it back. The focus is on that
   * offer, or in the box for somebody who did nothing but write.
   */
  leave({ isOwn = true } = {}) {
    location.assign(`/?deleted=${this.conversationId}${isOwn ? "" : BOX}`);
  }
}

function titleOf(question) {
  const words = question.split(/\s+/u).join(" ");
  if (words.length <= TITLE_LENGTH) return words;
  return `${words.slice(0, TITLE_LENGTH).replace(/\s+\S*$/u, "")}…`;
}
