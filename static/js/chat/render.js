/**
 * Puts an answer's text on the page and keeps it there while it grows: finished blocks are left alone, of the open one
 * only what changed is touched. A block that is being written reads from right to left, and takes its own direction
 * when it is finished.
 */

import { settleDirection } from "../lib/direction.js";
import { make } from "../lib/dom.js";
import { morphChildren, morphFrom } from "../lib/morph.js";
import { completed } from "../markdown/unfinished.js";

const OPEN = { citations: null, documents: null, isOpen: true };
const FINISHED = { citations: null, documents: null };
// Milliseconds of work after which the page gets to do something else.
const AT_A_TIME = 12;

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

  /** Show `text` for good, with what is known of its message; a long one is made in several goes. */
  async finish(text, message) {
    this.forget();
    const nodes = [];
    let begun = performance.now();
    for (const block of blocksOf(this.parser.parse(text, message))) {
      nodes.push(...this.nodesOf(block, message));
      if (performance.now() - begun < AT_A_TIME) continue;
      await pause();
      begun = performance.now();
    }
    morphChildren(this.container, nodes);
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
    return [...this.sanitiser.answer(html).childNodes].filter(isNoSpace);
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

/** Yield the tokens of one block after another. */
function* blocksOf(tokens) {
  let block = [];
  for (const token of tokens) {
    block.push(token);
    if (token.level > 0 || token.nesting > 0) continue;
    yield block;
    block = [];
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}

function isNoSpace(node) {
  return node.nodeType !== Node.TEXT_NODE || node.data.trim() !== "";
}
