/**
 * Puts an answer's text on the page and keeps it there while it grows: finished blocks are left alone, of the open one
 * only what changed is touched. A block that is being written reads from right to left, and takes its own direction
 * when it is finished.
 */

import { settleDirection } from "../lib/direction.js";
import { make } from "../lib/dom.js";
import { morphChildren, morphFrom } from "../lib/morph.js";
import { completed } from "../markdown/unfinished.js";

// What stands between Hebrew letters and reads from left to right: a number, words of another script.
const LEFT_TO_RIGHT = /([0-9A-Za-z](?:[^\u05d0-\u05ea]*[0-9A-Za-z])?)/u;
const OPEN = { citations: null, documents: null, isOpen: true };
const FINISHED = { citations: null, documents: null };

export class AnswerText {
  /**
   * @param {HTMLElement} container
   * @param {{parser: object, sanitiser: import("../markdown/sanitise.js").Sanitiser}} markdown
   */
  constructor(container, { parser, sanitiser }) {
    this.container = container;
    this.parser = parser;
    this.sanitiser = sanitiser;
    this.kept = 0; // characters whose blocks are finished
    this.keptNodes = 0;
    this.source = "";
  }

  /** Show `text`, which is still growing. Its marks open nothing yet. */
  grow(text) {
    if (!text.startsWith(this.source)) this.forget();
    this.source = text;
    const { tokens, starts } = this.openBlocks();
    if (starts.length < 2) this.showAfter(this.nodesOf(tokens, OPEN));
    else this.keepFinished(starts.at(-1));
  }

  /** Show `text` for good, with what is known of its message. */
  finish(text, message) {
    this.forget();
    morphChildren(this.container, this.nodesOf(this.parser.parse(text, message), message));
  }

  forget() {
    this.kept = 0;
    this.keptNodes = 0;
    this.source = "";
  }

  /** Read what is not finished; a guess says nothing of where blocks begin. */
  openBlocks() {
    const { text, isGuess } = completed(this.source.slice(this.kept));
    const tokens = this.parser.parse(text, OPEN);
    const begins = tokens.filter((token) => token.level === 0 && token.nesting >= 0 && token.map);
    return { tokens, starts: isGuess ? [] : begins.map((token) => token.map[0]) };
  }

  /** Show the open blocks before that line for good: nothing that is written from now on changes them. */
  keepFinished(line) {
    const lines = this.source.slice(this.kept).split("\n").slice(0, line);
    const nodes = this.nodesOf(this.parser.parse(lines.join("\n"), FINISHED), FINISHED);
    const open = this.keptNodes + nodes.length;
    this.kept += lines.join("\n").length + 1;
    this.showAfter([...nodes, ...this.nodesOf(this.openBlocks().tokens, OPEN)]);
    this.keptNodes = open;
  }

  showAfter(nodes) {
    morphFrom(this.container, this.container.childNodes[this.keptNodes] ?? null, nodes);
  }

  nodesOf(tokens, message) {
    const html = this.parser.renderer.render(tokens, this.parser.options, message);
    const answer = this.sanitiser.answer(html);
    keepRunsApart(answer);
    return [...answer.childNodes].filter(isNoSpace);
  }
}

/** What shows answers where the packages of the page are missing: their plain text, as one block. */
export class PlainAnswerText {
  constructor(container) {
    this.container = container;
  }

  grow(text) {
    this.block().textContent = text;
  }

  finish(text) {
    this.grow(text);
    settleDirection(this.block(), text);
  }

  block() {
    return (
      this.container.firstElementChild ??
      this.container.appendChild(make("p", { class: "plain", dir: "rtl" }))
    );
  }
}

/**
 * Give numbers and words from left to right nodes of their own. A text that holds both begins, for the browser, at its
 * leftmost run: it would count as moved with each that is added, though no letter of it moves.
 */
function keepRunsApart(answer) {
  const texts = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT);
  const mixed = [];
  while (texts.nextNode()) if (LEFT_TO_RIGHT.test(texts.currentNode.data)) mixed.push(texts.currentNode);
  for (const text of mixed) text.replaceWith(...text.data.split(LEFT_TO_RIGHT).filter(Boolean));
}

function isNoSpace(node) {
  return node.nodeType !== Node.TEXT_NODE || node.data.trim() !== "";
}
