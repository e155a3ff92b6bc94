/**
 * Reads plain text into pieces: text, links, isolated runs, citation marks.
 * Nothing here touches the page. `config/kernel/hebrew/pieces.py` is the twin for stored messages; both are held to
 * tests/data/direction.json.
 */

import { CURRENCY, PIECE } from "./runs.js";

const UNBROKEN = 24; // characters
const ISOLATED = new Set(["isolate", "path"]);
const LATIN = /[A-Za-z]/u;
// Runs that words may belong to: those that begin with a sign and have no letter are phones and amounts.
const WITH_WORDS = /^(?:[0-9]|.*[A-Za-z])/u;
const LATIN_WORD = /^[A-Za-z0-9](?:[A-Za-z0-9.&'\u2019_/-]*[A-Za-z0-9])?$/u;
const BRACKETED = /^\([A-Za-z0-9]+\)?/u;
// What may stand before the first of them without a space: a Hebrew particle and its hyphen, a bracket.
const OPENING = /^(?:[\u05d0-\u05ea]{1,4}[-\u05be])?[([{"'\u201c\u201e]*/u;
const TRAILING = /[.,;:!?)\]}]+$/u;
let pattern = null; // read when a text first needs it, not while a page begins

/**
 * Return the pieces of one line, in order.
 * @param {string} text
 * @param {(number: number) => boolean} isCitation whether the message has a citation of that number
 * @returns {{kind: "text" | "code" | "link" | "isolate" | "amount" | "path" | "mark", text: string, href?: string, number?: number}[]}
 */
export function piecesOf(text, isCitation = () => true) {
  const pieces = [];
  let done = 0;
  pattern ??= new RegExp(PIECE, "gu");
  for (const match of text.matchAll(pattern)) {
    if (match.index < done) continue;
    const piece = pieceOf(match, text, isCitation);
    if (!piece) continue;
    addText(pieces, text.slice(done, match.index));
    pieces.push(piece.value);
    done = match.index + piece.length;
  }
  addText(pieces, text.slice(done));
  return withNeighbours(pieces);
}

/**
 * Return the pieces with the Latin words that only a space parts from an isolated run within that run: a run of
 * its own would stand on the wrong side of them: Python 3.11, GPT-4 Turbo.
 */
function withNeighbours(pieces) {
  const found = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (ISOLATED.has(piece.kind) && WITH_WORDS.test(piece.text)) {
      found.push(joinedTo(found, piece));
    } else if (piece.kind === "text" && takesWords(last)) {
      const end = latinHead(piece.text, last.kind === "path");
      found[found.length - 1] = withText(last, last.text + piece.text.slice(0, end));
      addText(found, piece.text.slice(end));
    } else {
      found.push(piece);
    }
  }
  return found;
}

/** Say whether Latin words after it belong to it, as they do without an isolated run between. */
function takesWords(piece) {
  return ISOLATED.has(piece?.kind) && LATIN.test(piece.text);
}

/** Return the run with the Latin words before it, which are taken from the pieces before. */
function joinedTo(before, run) {
  if (before.at(-1)?.kind !== "text") return run;
  const { text } = before.pop();
  if (text === " " && takesWords(before.at(-1))) {
    const first = before.pop();
    return withText(first.kind === "path" ? first : run, `${first.text} ${run.text}`);
  }
  const start = latinTail(text);
  addText(before, text.slice(0, start));
  return withText(run, text.slice(start) + run.text);
}

/** Return the run with words; a line may break one that is as long as a phone's screen is wide. */
function withText(run, text) {
  return { ...run, kind: [...text].length > UNBROKEN ? "path" : run.kind, text };
}

/** Return where the Latin words begin that the text ends with, and a space; its length for none. */
function latinTail(text) {
  let found = text.length;
  let at = text.length;
  while (text[at - 1] === " ") {
    const start = at < 2 ? 0 : text.lastIndexOf(" ", at - 2) + 1;
    const word = text.slice(start, at - 1);
    const inside = word.replace(OPENING, "");
    if (!LATIN_WORD.test(inside)) break;
    if (LATIN.test(inside[0])) found = start + word.length - inside.length;
    if (word !== inside) break;
    at = start;
  }
  return found;
}

/**
 * Return where the Latin words end that the text begins with, each after a space; a folder's may stand in brackets:
 * Program Files (x86).
 */
function latinHead(text, isPath) {
  let at = 0;
  while (text[at] === " ") {
    const end = text.indexOf(" ", at + 1);
    const word = text.slice(at + 1, end > 0 ? end : text.length);
    const bracketed = isPath && BRACKETED.exec(word);
    if (bracketed) return at + 1 + bracketed[0].length;
    const inside = word.replace(TRAILING, "");
    if (!LATIN_WORD.test(inside)) break;
    at += 1 + inside.length;
    if (inside !== word) break;
  }
  return at;
}

function addText(pieces, text) {
  if (text) pieces.push({ kind: "text", text });
}

function pieceOf(match, text, isCitation) {
  const { code, url, mail, mark, path, amount, run } = match.groups;
  const whole = match[0];
  if (code) return { value: { kind: "code", text: code.slice(1, -1) }, length: whole.length };
  if (url) return trimmed(url, (address) => ({ kind: "link", text: address, href: hrefOf(address) }));
  if (mail) return trimmed(mail, (address) => ({ kind: "link", text: address, href: `mailto:${address}` }));
  if (mark) return markOf(mark, isCitation);
  if (path) return trimmed(path, (place) => ({ kind: "path", text: place }));
  if (run && !needsIsolation(run, text[match.index - 1] ?? "", text.slice(match.index + run.length))) {
    return null;
  }
  return { value: { kind: amount ? "amount" : "isolate", text: whole }, length: whole.length };
}

function trimmed(found, build) {
  const tail = found.includes("(") ? found.match(/[.,;:!?]+$/u) : found.match(TRAILING);
  const text = tail ? found.slice(0, -tail[0].length) : found;
  return { value: build(text), length: text.length };
}

function markOf(mark, isCitation) {
  const number = Number(mark.replace(/[^0-9]/gu, ""));
  if (!isCitation(number)) return null;
  return { value: { kind: "mark", text: mark.trim(), number }, length: mark.length };
}

function hrefOf(address) {
  return address.startsWith("www.") ? `https://${address}` : address;
}

/** Say whether a run of Latin letters and digits would be reordered, or broken at a line's end, in a Hebrew line. */
function needsIsolation(run, before, after) {
  if (/^(?:[@#.$-]|--)[A-Za-z]/u.test(run) || /[A-Za-z][+#]+$/u.test(run)) return true;
  if (!/[-._/+#:=][A-Za-z0-9]/u.test(run)) return false;
  if (/[A-Za-z]/u.test(run)) return /[0-9]/u.test(run);
  const isAmount = CURRENCY.includes(before || " ") || before === "," || /^(?:[%₪$€£]|,[0-9])/u.test(after);
  return /^[0-9]+(?:[./:-][0-9]+)+$/u.test(run) && !isAmount;
}
