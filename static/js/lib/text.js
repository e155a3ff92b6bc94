/**
 * Reads plain text into pieces: text, links, isolated runs, citation marks.
 * Nothing here touches the page. `chatbot/answer_text.py` is the twin for stored messages; both are held to
 * tests/data/direction.json.
 */

const WORD = "0-9A-Za-z_\\u05d0-\\u05ea";
const CURRENCY = "₪$€£";
const GAP = "[ \\u00a0\\u202f]";
const NUMBER = "[0-9]+(?:[.,][0-9]+)*";
const QUOTE = "(?:[\"\u05f4\u201d]|''|\u05f3\u05f3)";
// Money and shares in words, measures by their initials, and what computers are measured in.
const UNIT =
  `(?:ש${QUOTE}ח|שקל(?:ים)?|דולר(?:ים)?|אירו|יורו|אחוז(?:ים)?|[קסמ]${QUOTE}[מגרל]` +
  `|(?:[KMGT]i?B|[KMGT]bit|[kMG]Hz|[kcm]?m|k?g|ms)(?![-._/+#:][0-9A-Za-z]))`;
const PIECE = [
  "(?<code>`[^`\\n]+`)",
  "(?<url>(?:https?://|www\\.)[^\\s<>\"'`\\u0590-\\u05ff\\u201c\\u201d]+)",
  "(?<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+)",
  "(?<mark>[ \\t]?\\[[0-9]{1,3}\\])",
  "(?<path>[A-Za-z]:\\\\[^\\s,;<>\"'\\u0590-\\u05ff]*|\\\\\\\\[A-Za-z0-9][^\\s,;<>\"'\\u0590-\\u05ff]*" +
    `|(?<![${WORD}/:.<])(?:~|\\.{1,2})?/[A-Za-z0-9._~@-]+(?:/[A-Za-z0-9._~@-]+)*/?)`,
  // The number may have become a run of its own just before: then its sign alone is left to be kept.
  `(?<amount>(?:(?<![${WORD}])(?<![0-9][.,])${NUMBER}(?:-${NUMBER})?|(?<=[0-9]))` +
    `${GAP}(?:[%${CURRENCY}]|${UNIT})(?![${WORD}])` +
    `|(?<![${WORD}])[${CURRENCY}]${GAP}${NUMBER}(?![0-9A-Za-z]|[.,][0-9]))`,
  `(?<phone>(?<![${WORD}])(?:\\+[0-9]{1,3}[- ]?\\(?[0-9]{1,4}\\)?(?:[- ]?[0-9]{2,4}){1,4}|\\*[0-9]{3,5})(?![0-9]))`,
  `(?<signed>(?<![${WORD}%)\\]])[-+\\u2212\\u00b1][0-9]+(?:[.,][0-9]+)*%?(?![0-9A-Za-z]))`,
  `(?<run>(?<![${WORD}])(?:[@#.](?=[A-Za-z])|--(?=[A-Za-z])|-(?=[A-Za-z](?![${WORD}])))?` +
    "[A-Za-z0-9]+(?:[-._/+#:]{1,2}[A-Za-z0-9]+|\\([0-9]{1,3}\\)(?=\\.[A-Za-z]))*[+#]*)",
].join("|");
const LATIN = /[A-Za-z]/u;
// Runs that words may belong to: those that begin with a sign and have no letter are phones and amounts.
const WITH_WORDS = /^(?:[0-9]|.*[A-Za-z])/u;
const LATIN_WORD = /^[A-Za-z0-9](?:[A-Za-z0-9.&'\u2019_/-]*[A-Za-z0-9])?$/u;
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
    if (piece.kind === "isolate" && WITH_WORDS.test(piece.text)) {
      found.push({ kind: "isolate", text: wordsBefore(found) + piece.text });
    } else if (piece.kind === "text" && last?.kind === "isolate" && LATIN.test(last.text)) {
      const end = latinHead(piece.text);
      last.text += piece.text.slice(0, end);
      addText(found, piece.text.slice(end));
    } else {
      found.push(piece);
    }
  }
  return found;
}

/** Take the Latin words that a run goes on from out of the pieces before it. */
function wordsBefore(pieces) {
  if (pieces.at(-1)?.kind !== "text") return "";
  const { text } = pieces.pop();
  const last = pieces.at(-1);
  if (text === " " && last?.kind === "isolate" && LATIN.test(last.text)) return `${pieces.pop().text} `;
  const start = latinTail(text);
  addText(pieces, text.slice(0, start));
  return text.slice(start);
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

/** Return where the Latin words end that the text begins with, each after a space. */
function latinHead(text) {
  let at = 0;
  while (text[at] === " ") {
    const end = text.indexOf(" ", at + 1);
    const word = text.slice(at + 1, end > 0 ? end : text.length);
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
  if (/^(?:[@#.-]|--)[A-Za-z]/u.test(run) || /[A-Za-z][+#]+$/u.test(run)) return true;
  if (!/[-._/+#:][A-Za-z0-9]/u.test(run)) return false;
  if (/[A-Za-z]/u.test(run)) return /[0-9]/u.test(run);
  const isAmount = CURRENCY.includes(before || " ") || before === "," || /^(?:[%₪$€£]|,[0-9])/u.test(after);
  return /^[0-9]+(?:[./:-][0-9]+)+$/u.test(run) && !isAmount;
}
