/** The address and the list of conversations, as a new conversation comes to be. */

import { cloneTemplate } from "../lib/dom.js";
import { phrase } from "../lib/isolation.js";

const TITLE_LENGTH = 60;

export class ConversationHistory {
  /**
   * @param {{root: HTMLElement, list: HTMLElement, heading: HTMLElement}} page
   */
  constructor({ root, list, heading }) {
    this.root = root;
    this.list = list;
    this.heading = heading;
    this.path = location.pathname;
    addEventListener("popstate", () => this.returned());
  }

  get conversationId() {
    return this.root.dataset.conversation || "";
  }

  /** Show the conversation that the browser went back to; a move within this page is none of our business. */
  returned() {
    if (location.pathname !== this.path) location.reload();
  }

  /** Give the conversation that just began its address, its title and its place at the top of the list. */
  begin(conversationId, question) {
    const title = titleOf(question);
    const url = this.root.dataset.conversationUrl.replace(
      "00000000-0000-0000-0000-000000000000",
      conversationId,
    );
    this.root.dataset.conversation = conversationId;
    globalThis.history.pushState({}, "", url);
    this.path = location.pathname;
    document.title = `${title} · ${document.title.split(" · ").at(-1)}`;
    this.heading.replaceChildren(phrase(title));
    const item = cloneTemplate("conversation-template");
    const link = item.querySelector("a");
    link.href = url;
    link.replaceChildren(phrase(title));
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "page");
    this.list.prepend(item);
    document.querySelector("[data-no-conversations]")?.remove();
  }
}

function titleOf(question) {
  const words = question.split(/\s+/u).join(" ");
  if (words.length <= TITLE_LENGTH) return words;
  return `${words.slice(0, TITLE_LENGTH).replace(/\s+\S*$/u, "")}…`;
}
