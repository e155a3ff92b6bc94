/**
 * Puts an answer's text on the page and keeps it there while it grows: only what changed is touched, finished blocks
 * are left alone, and everything enters as text nodes.
 */

import { make } from "../lib/dom.js";
import { settleDirection } from "../lib/direction.js";
import { plainNode } from "../lib/isolation.js";
import { blocksOf, piecesOf } from "../lib/text.js";

const BREAK = { kind: "break", text: "" };

export class AnswerText {
  /**
   * @param {HTMLElement} container
   * @param {{citation: (number: number) => HTMLElement | null, document: (title: string) => HTMLElement | null}} links
   *   make the element of a citation mark, or of a document's title in a list; null where there is no such thing
   */
  constructor(container, links) {
    this.container = container;
    this.links = links;
    this.blocks = [];
  }

  /** Show `text`, which is still growing: its last block keeps the page's direction and marks open nothing yet. */
  grow(text) {
    this.show(text, { isFinal: false });
  }

  /** Show `text` for good. */
  finish(text) {
    this.show(text, { isFinal: true });
  }

  show(text, { isFinal }) {
    const wanted = blocksOf(text);
    wanted.forEach((block, index) => {
      const isClosed = isFinal || index < wanted.length - 1;
      const present = this.block(index, block.kind);
      const source = block.lines.join("\n");
      if (present.source === source && present.isClosed === isClosed && present.isFinal === isFinal) return;
      this.patch(present.element, block, isFinal);
      if (isClosed) settleDirection(present.element, source);
      Object.assign(present, { source, isClosed, isFinal });
    });
    for (const surplus of this.blocks.splice(wanted.length)) surplus.element.remove();
  }

  /** Return the block at that place, with an element of the right kind. */
  block(index, kind) {
    const present = this.blocks[index];
    if (present?.kind === kind) return present;
    const element = make(kind === "list" ? "ul" : "p", { dir: document.documentElement.dir });
    if (present) present.element.replaceWith(element);
    else this.container.append(element);
    return (this.blocks[index] = { kind, element, source: null, isClosed: false, isFinal: false });
  }

  patch(element, block, isFinal) {
    const isCitation = (number) => !isFinal || Boolean(this.links.citation(number));
    if (block.kind === "paragraph") {
      const lines = block.lines.map((line) => piecesOf(line, isCitation));
      this.patchPieces(
        element,
        lines.flatMap((line, index) => (index ? [BREAK, ...line] : line)),
        isFinal,
      );
      return;
    }
    block.lines.forEach((line, index) => {
      const item = element.children[index] ?? element.appendChild(make("li"));
      this.patchPieces(item, piecesOf(line, isCitation), isFinal);
    });
    while (element.children.length > block.lines.length) element.lastElementChild.remove();
  }

  /** Make the children of `parent` those of `pieces`, one node for each, keeping the nodes that are right already. */
  patchPieces(parent, pieces, isFinal) {
    const whole =
      parent.localName === "li" && isFinal ? this.links.document(pieces.map(textOf).join("")) : null;
    if (whole) {
      parent.replaceChildren(whole);
      return;
    }
    const shown = parent.shownPieces ?? [];
    let same = countSame(shown, pieces, isFinal);
    if (growsBy(shown, pieces, same)) {
      parent.childNodes[same].appendData(pieces[same].text.slice(shown[same].text.length));
      same += 1;
    }
    while (parent.childNodes.length > same) parent.lastChild.remove();
    for (const piece of pieces.slice(same)) parent.append(this.nodeOf(piece, isFinal));
    parent.shownPieces = pieces;
  }

  nodeOf(piece, isFinal) {
    if (piece.kind === "break") return make("br");
    if (piece.kind === "link") return make("bdi", { dir: "ltr", class: "breakable" }, linkOf(piece));
    if (piece.kind === "mark") {
      const mark = isFinal ? this.links.citation(piece.number) : make("span", {}, String(piece.number));
      return make("bdi", { class: "cite" }, mark);
    }
    return plainNode(piece);
  }
}

function linkOf(piece) {
  return make("a", { href: piece.href, rel: "noopener noreferrer", target: "_blank" }, piece.text);
}

function textOf(piece) {
  return piece.text;
}

function countSame(shown, pieces, isFinal) {
  const least = Math.min(shown.length, pieces.length);
  let same = 0;
  while (same < least && isSame(shown[same], pieces[same], isFinal)) same += 1;
  return same;
}

/** Marks of a growing answer open nothing yet, so none of them is right once it is final. */
function isSame(shown, piece, isFinal) {
  return shown.kind === piece.kind && shown.text === piece.text && !(isFinal && piece.kind === "mark");
}

function growsBy(shown, pieces, at) {
  return (
    at === shown.length - 1 &&
    shown[at].kind === "text" &&
    pieces[at]?.kind === "text" &&
    pieces[at].text.startsWith(shown[at].text)
  );
}
