/** The panel beside the conversation that shows a cited passage, with the quotation marked. */

import { settleDirection } from "../lib/direction.js";
import { make } from "../lib/dom.js";
import { isolated, phrase } from "../lib/isolation.js";
import { linesOf, pageAt, rangeOf } from "../lib/passage.js";

const NARROW = "(width < 64rem)";

export class PassagePanel {
  /**
   * @param {HTMLElement} panel
   * @param {{words: import("../lib/dom.js").Words, urlOf: (passageId: string) => string, behind: HTMLElement[]}} page
   *   `behind` is what cannot be reached while the panel covers it on a narrow screen
   */
  constructor(panel, { words, urlOf, behind }) {
    this.panel = panel;
    this.words = words;
    this.urlOf = urlOf;
    this.behind = behind;
    this.opener = null;
    this.wanted = null;
    this.request = null;
    this.part("close").addEventListener("click", () => this.close());
    this.part("retry").addEventListener("click", () => this.load());
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
    matchMedia(NARROW).addEventListener("change", () => this.cover());
  }

  /** Show the passage that the element's `data-*` name, and move the focus there. */
  open(opener) {
    const { passage, title, quote = "", start = "0" } = meantBy(opener);
    this.opener?.removeAttribute("aria-current");
    this.opener = opener;
    opener.setAttribute("aria-current", "true");
    this.wanted = { passage, quote, start: Number(start) };
    this.part("title").replaceChildren(phrase(title ?? ""));
    this.panel.hidden = false;
    document.body.dataset.panel = "open";
    this.cover();
    this.part("title").focus({ preventScroll: true });
    return this.load();
  }

  close() {
    this.request?.abort();
    this.panel.hidden = true;
    delete document.body.dataset.panel;
    this.cover();
    this.opener?.removeAttribute("aria-current");
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    this.opener = null;
  }

  /** On a narrow screen the panel lies over the page, which must then not be reached by keyboard. */
  cover() {
    const isCovered = !this.panel.hidden && matchMedia(NARROW).matches;
    for (const element of this.behind) element.inert = isCovered;
  }

  async load() {
    this.request?.abort();
    this.request = new AbortController();
    this.show("loading");
    try {
      const answer = await fetch(this.urlOf(this.wanted.passage), {
        headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang },
        signal: this.request.signal,
      });
      if (answer.ok) this.showPassage(await answer.json());
      else this.showFailure(answer.status === 404 ? "passage-gone" : "passage-failed");
    } catch (error) {
      if (error.name !== "AbortError") this.showFailure("passage-failed");
    }
  }

  showPassage(passage) {
    this.part("title").replaceChildren(phrase(passage.document.title));
    this.part("category").textContent = passage.document.category || "";
    this.part("category").hidden = !passage.document.category;
    const range = rangeOf(passage.text, this.wanted.quote, this.wanted.start);
    this.part("place").textContent = this.placeOf(passage, range);
    this.part("text").replaceChildren(
      ...aside(passage.previous && `… ${passage.previous}`),
      ...elementsOf(linesOf(passage.text), range),
      ...aside(passage.next && `${passage.next} …`),
    );
    this.show("text");
    this.part("text").querySelector("mark")?.scrollIntoView({ block: "center" });
  }

  placeOf({ page: first, pages, heading }, range) {
    const page = pageAt(pages, range?.start ?? 0) ?? first;
    return [heading, page ? this.words.say("page", { page }) : ""].filter(Boolean).join(" · ");
  }

  showFailure(word) {
    this.part("failure-text").textContent = this.words.say(word);
    this.part("retry").hidden = word === "passage-gone";
    this.show("failure");
  }

  show(state) {
    for (const name of ["loading", "text", "failure"]) this.part(name).hidden = name !== state;
    if (state !== "text") this.part("place").textContent = "";
    this.panel.setAttribute("aria-busy", String(state === "loading"));
  }

  part(name) {
    return this.panel.querySelector(`[data-part="${name}"]`);
  }
}

/** Return what an opener's `data-*` say; a mark in the text has those of its entry in the list of sources. */
function meantBy(opener) {
  const address = opener.getAttribute("href");
  if (!address) return opener.dataset;
  if (address.startsWith("#passage-")) {
    return { passage: address.slice("#passage-".length), title: opener.textContent };
  }
  return document.getElementById(address.slice(1)).querySelector("[data-passage]").dataset;
}

/** Make what stands before or after the passage in its document, as a dim neighbour; nothing of nothing. */
function aside(text) {
  // Nothing is marked there, so the signs of emphasis can go: they say nothing to a reader.
  const plain = text?.replace(/\*{2,3}|`/gu, "");
  return plain ? [make("div", { class: "passage__around" }, ...elementsOf(linesOf(plain), null))] : [];
}

/** Make the elements of a passage's lines, rows of a table together, with what lies in `range` marked. */
function elementsOf(lines, range) {
  const elements = [];
  let table = null;
  for (const line of lines) {
    if (line.kind !== "row") {
      table = null;
      elements.push(
        fitted(
          make("p", { class: `passage__line passage__line--${line.kind}` }, ...marked(line, range)),
          line,
        ),
      );
      continue;
    }
    if (!table) {
      elements.push(fitted(make("div", { class: "passage__table" }, (table = make("table"))), line));
    }
    table.append(
      make("tr", {}, ...line.cells.map((cell) => fitted(make("td", {}, ...marked(cell, range)), cell))),
    );
  }
  return elements;
}

function fitted(element, { text }) {
  settleDirection(element, text);
  return element;
}

function marked({ text, start }, range) {
  const from = Math.max(0, Math.min(text.length, (range?.start ?? 0) - start));
  const to = Math.max(from, Math.min(text.length, (range?.end ?? 0) - start));
  const inside = to > from ? [make("mark", {}, ...isolated(text.slice(from, to)))] : [];
  return [...isolated(text.slice(0, from)), ...inside, ...isolated(text.slice(to))];
}
