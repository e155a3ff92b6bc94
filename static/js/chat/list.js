/** The list of conversations in the side bar: its lines, its further pages, and the search in it. */

import { request } from "../lib/api.js";
import { cloneTemplate, make } from "../lib/dom.js";
import { phrase } from "../lib/isolation.js";

const SEARCH_AFTER = 250;
const PAGE = 30;

export class ConversationList {
  /**
   * @param {HTMLElement} sidebar
   * @param {{words: import("../lib/dom.js").Words, urlOf: (id: string) => string, current: () => string}} page
   */
  constructor(sidebar, { words, urlOf, current }) {
    this.sidebar = sidebar;
    this.words = words;
    this.urlOf = urlOf;
    this.current = current;
    this.list = this.part("conversations");
    this.frame = this.part("list");
    this.query = this.part("search").elements.namedItem("q");
    this.isArchive = "archived" in this.frame.dataset;
    this.cursor = this.frame.dataset.cursor;
    this.running = null;
    this.timer = 0;
    this.listen();
  }

  listen() {
    this.query.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(), SEARCH_AFTER);
    });
    this.part("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.load();
    });
    this.query.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.query.value) return;
      event.preventDefault();
      event.stopPropagation();
      this.query.value = "";
      this.load();
    });
    this.part("more")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.loadMore();
    });
    // The next page comes before its end is seen; the link stays for the keyboard, and for when that fails.
    const near = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && this.loadMore(), {
      root: this.frame,
      rootMargin: "200px",
    });
    if (this.part("more")) near.observe(this.part("more"));
  }

  /** Put the focus into the search field, opening the drawer around it. */
  focusSearch() {
    document.body.removeAttribute("data-sidebar-hidden");
    if (matchMedia("(width < 64rem)").matches) this.sidebar.showPopover();
    this.query.focus();
    this.query.select();
  }

  get wanted() {
    return this.query.value.trim();
  }

  /** Show the first page for what stands in the search field. */
  async load() {
    clearTimeout(this.timer);
    const page = await this.fetch("");
    if (!page) return;
    this.list.replaceChildren(...page.results.map((item) => this.line(item)));
    this.none(!page.results.length);
  }

  /** Add the next page. */
  async loadMore() {
    if (this.running || !this.cursor) return;
    const page = await this.fetch(this.cursor);
    if (page) {
      this.list.append(...page.results.filter((item) => !this.find(item.id)).map((item) => this.line(item)));
    }
  }

  async fetch(cursor) {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const slow = setTimeout(() => (this.part("loading").hidden = false), 150);
    try {
      const parameters = new URLSearchParams({ limit: String(PAGE), ...this.asked(cursor) });
      const page = await request("GET", `/api/v1/conversations?${parameters}`, { signal: running.signal });
      this.follow(page.next_cursor ?? "");
      return page;
    } catch (error) {
      if (error.name !== "AbortError") this.none(!this.list.children.length, "not-done");
      return null;
    } finally {
      clearTimeout(slow);
      if (this.running === running) {
        this.running = null;
        this.part("loading").hidden = true;
      }
    }
  }

  asked(cursor) {
    return {
      ...(cursor ? { cursor } : {}),
      ...(this.wanted ? { search: this.wanted } : {}),
      ...(this.isArchive ? { archived: "true" } : {}),
    };
  }

  follow(cursor) {
    this.cursor = cursor;
    if (this.part("more")) this.part("more").hidden = !cursor;
  }

  none(isNone, word = "nothing-found") {
    this.part("none").hidden = !isNone;
    if (isNone) this.part("none").textContent = this.words.say(word);
  }

  /** Bring a conversation's line up to date, from the server: at its place, new, or gone. */
  async refresh(id) {
    if (this.wanted) return;
    try {
      this.put(await request("GET", `/api/v1/conversations/${id}`));
    } catch (error) {
      if (error.status === 404) this.remove(id);
    }
  }

  /** Put a conversation where it belongs: pinned ones first, then by when something was said last. */
  put(item) {
    const old = this.find(item.id);
    if (item.archived !== this.isArchive) {
      old?.remove();
      return;
    }
    const next = [...this.list.children].find((other) => other !== old && rankOf(item) > rank(other));
    if (!next && this.cursor) {
      old?.remove(); // it stands on a page that was not read yet
      return;
    }
    const line = this.line(item, old ?? undefined);
    this.place(line, next ?? null);
    if (item.id === this.current()) this.mark(line);
    this.none(false);
  }

  /** Put a line before another one; a line that is there already is moved with the focus that it holds. */
  place(line, next) {
    if (line.isConnected && line.nextElementSibling === next) return;
    const held = line.contains(document.activeElement) ? document.activeElement : null;
    this.list.insertBefore(line, next);
    held?.focus({ preventScroll: true });
  }

  /** Say which line is the open conversation's. */
  mark(line) {
    for (const other of this.list.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    line.querySelector(".conversations__link").setAttribute("aria-current", "page");
  }

  /** Return what gives the focus to the line beside this one, once this one has gone with the focus in it. */
  beside(id) {
    const line = this.find(id);
    const next = line?.nextElementSibling ?? line?.previousElementSibling;
    return () => {
      if (document.activeElement !== document.body) return;
      (next?.querySelector(".conversations__more") ?? this.query).focus({ preventScroll: true });
    };
  }

  focus(id) {
    this.find(id)?.querySelector(".conversations__link").focus();
  }

  remove(id) {
    this.find(id)?.remove();
  }

  find(id) {
    return this.list.querySelector(`[data-conversation-id="${CSS.escape(id)}"]`);
  }

  /** Write a conversation into a line: a new one, or the one that shows it now, whose focus and menu stay. */
  line(item, line = cloneTemplate("conversation-template")) {
    const part = (name) => line.querySelector(`[data-part="${name}"]`);
    const link = line.querySelector(".conversations__link");
    const title = item.title || this.words.say("untitled");
    const found = item.found_message_id ? `?at=${item.found_message_id}` : "";
    line.dataset.conversationId = item.id;
    line.dataset.updated = item.updated_at;
    line.toggleAttribute("data-pinned", item.pinned);
    link.href = this.urlOf(item.id) + found;
    if (item.id === this.current()) link.setAttribute("aria-current", "page");
    part("title").replaceChildren(phrase(title));
    part("title").title = title;
    part("pinned-word").hidden = !item.pinned;
    part("excerpt").hidden = !item.excerpt || item.excerpt === title;
    if (!part("excerpt").hidden) {
      part("excerpt").replaceChildren(marked(phrase(item.excerpt), this.wanted));
    }
    const more = line.querySelector(".conversations__more");
    more.href = `${this.urlOf(item.id)}settings/`;
    more.setAttribute("aria-label", this.words.say("actions-for", { title }));
    return line;
  }

  part(name) {
    return this.sidebar.querySelector(`[data-part="${name}"]`);
  }
}

/** Mark in an excerpt the words that were searched for, where they stand in one piece. */
function marked(excerpt, words) {
  const walker = document.createTreeWalker(excerpt, NodeFilter.SHOW_TEXT);
  while (words && walker.nextNode()) {
    const node = walker.currentNode;
    const at = node.data.toLowerCase().indexOf(words.toLowerCase());
    if (at < 0) continue;
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    range.surroundContents(make("mark"));
    break;
  }
  return excerpt;
}

/** Return what lines are sorted by, the highest first. */
function rank({ dataset }) {
  return ("pinned" in dataset ? 1e15 : 0) + Date.parse(dataset.updated);
}

function rankOf(item) {
  return (item.pinned ? 1e15 : 0) + Date.parse(item.updated_at);
}
