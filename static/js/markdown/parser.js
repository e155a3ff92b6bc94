/**
 * The Markdown of answers. The twin of `config/kernel/markdown.py`: the same rules, options and order, held to
 * tests/data/markdown.json.
 *
 * No raw HTML, no images, no link that is not http, https or mailto. Left out are the rules by which a later line
 * changes an earlier block (underlined headings, link definitions), so that finished blocks stay as they are while an
 * answer streams, and indented code, which models do not mean.
 */

import { WINDOWS_PATH } from "../lib/runs.js";
import { renderWith } from "./html.js";
import { arrange } from "./layout.js";

const RULES = [
  ...["blockquote", "fence", "heading", "hr", "list", "table"],
  ...["autolink", "backticks", "emphasis", "entity", "escape", "link", "newline", "strikethrough"],
];
const OPTIONS = { html: false, breaks: true, linkify: false, typographer: false, maxNesting: 100 };
const SAFE_ADDRESS = /^(?:https?:\/\/|mailto:)/iu;
const FENCE = /^ {0,3}(`{3,}|~{3,})/u;
const BULLET = /^([ \t]*)\u2022[ \t]+/u;
const SPACE_AT_END = /[ \t]+$/u;
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACE_AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const WORD_BEFORE = /[0-9A-Za-z_\u05d0-\u05ea]$/u;
const SCHEME = /https?$/iu;
const REST_OF_URL = /:\/\/[^\s<>"'`[\]\u0590-\u05ff\u201c\u201d]+/uy;
const AFTER_URL = /[*_~]+$/u;
const WINDOWS = new RegExp(WINDOWS_PATH, "uy");
const ROOT = /(?:[A-Za-z]:|\.{1,2}|%[^%\s]*%)$/u;
const LONGEST_ROOT = 40;
const FILES_OF_A_KIND = /\*\.[A-Za-z0-9]/uy;
const TRAILING = /[.,;:!?)\]}]+$/u;
const TRAILING_OUTSIDE_BRACKETS = /[.,;:!?]+$/u;
const MATHS = [
  /\$\$([^$]+)\$\$/uy,
  /\\\[([\s\S]+?)\\\]/uy,
  /\\\(([^\n]+?)\\\)/uy,
  /\$(?![\s$])([^$\n]*[^$\s\\])\$(?![0-9A-Za-z])/uy,
];
const DISPLAYED = 2;
const LOOKS_LIKE_MATHS = /[\\^_=+<>{}]|^[A-Za-z]$/u;
const HEBREW = /[\u0590-\u05ff]/u;

/**
 * Return the parser; it keeps nothing between two texts.
 * @param {Function} markdownit the package's own maker
 */
export function makeParser(markdownit) {
  const parser = markdownit("zero", OPTIONS).enable(RULES);
  parser.validateLink = (address) => SAFE_ADDRESS.test(address);
  parser.core.ruler.after("normalize", "tidy", tidy);
  parser.core.ruler.after("block", "trim", trim);
  parser.inline.ruler.before("escape", "path", path);
  parser.inline.ruler.before("escape", "maths", maths);
  parser.inline.ruler.before("escape", "url", url);
  parser.core.ruler.push("arrange", arrange);
  renderWith(parser);
  return parser;
}

/** Outside code: make list items of lines that begin with the typographic bullet, and end no line with a space. */
function tidy(state) {
  let fence = "";
  const lines = state.src.split("\n").map((line) => {
    const found = FENCE.exec(line);
    if (fence) {
      if (found?.[1].startsWith(fence)) fence = "";
    } else if (found) {
      fence = found[1];
    } else {
      return line.replace(BULLET, "$1- ").replace(SPACE_AT_END, "");
    }
    return line;
  });
  state.src = lines.join("\n");
}

/** Leave out the space around a line that the twin leaves out: also the kinds beyond ASCII. */
function trim(state) {
  for (const token of state.tokens) {
    if (token.type === "inline") token.content = token.content.replace(SPACE_AROUND, "");
  }
}

/** An address in the text, before its underscores and asterisks can be taken for emphasis. */
function url(state, silent) {
  const rest = matchAt(REST_OF_URL, state, state.pos);
  const scheme = SCHEME.exec(state.src.slice(Math.max(0, state.pos - 5), state.pos))?.[0];
  if (!rest || !scheme || state.linkLevel > 0) return false;
  const before = state.src.slice(0, state.pos - scheme.length);
  if (WORD_BEFORE.test(before.slice(-1))) return false;
  const address = trimmed(scheme + rest[0].replace(AFTER_URL, ""));
  if (address.length <= scheme.length + 3) return false;
  return take(state, silent, address, scheme.length);
}

/** A path with backslashes, which would otherwise be taken for escapes, and `*.txt`, for emphasis: text. */
function path(state, silent) {
  const sign = state.src[state.pos];
  if (sign === "*") {
    const isKind = matchAt(FILES_OF_A_KIND, state, state.pos);
    const before = state.src.slice(Math.max(0, state.pos - 1), state.pos);
    return Boolean(isKind) && !before.trim() && keep(state, silent, "*");
  }
  if (sign !== "\\") return false;
  const root = ROOT.exec(state.src.slice(Math.max(0, state.pos - LONGEST_ROOT), state.pos))?.[0] ?? "";
  const start = state.pos - root.length;
  const found = matchAt(WINDOWS, state, start);
  const end = start + (found?.[0].length ?? 0);
  return end > state.pos && keep(state, silent, state.src.slice(state.pos, end));
}

/** Take `text` as it is written. */
function keep(state, silent, text) {
  if (!silent) state.pending += text;
  state.pos += text.length;
  return true;
}

/** A formula between dollars or escaped brackets, kept as it was written. */
function maths(state, silent) {
  if (!"$\\".includes(state.src[state.pos])) return false;
  for (const [index, pattern] of MATHS.entries()) {
    const found = matchAt(pattern, state, state.pos);
    if (!found || HEBREW.test(found[1])) continue;
    if (index === MATHS.length - 1 && !LOOKS_LIKE_MATHS.test(found[1])) continue;
    if (!silent) {
      const token = state.push("maths", "code", 0);
      token.content = found[1].trim();
      token.meta = { isDisplayed: index < DISPLAYED };
    }
    state.pos += found[0].length;
    return true;
  }
  return false;
}

/** Take an address, whose first `behind` characters the parser has passed already, as one piece. */
function take(state, silent, address, behind) {
  if (!silent) {
    state.pending = state.pending.slice(0, state.pending.length - behind);
    const token = state.push("piece", "", 0);
    token.content = address;
    token.meta = { kind: "link", href: address };
  }
  state.pos += address.length - behind;
  return true;
}

function matchAt(pattern, state, position) {
  pattern.lastIndex = position;
  const found = pattern.exec(state.src);
  return found && position + found[0].length <= state.posMax ? found : null;
}

/** Return an address without the punctuation of the sentence around it. */
function trimmed(found) {
  return found.replace(found.includes("(") ? TRAILING_OUTSIDE_BRACKETS : TRAILING, "");
}
