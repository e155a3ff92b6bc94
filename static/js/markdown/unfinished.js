/**
 * A block that is still being written, as it would be if it ended well here: nothing is shown that a few further
 * letters would turn into something else. Pure text in, pure text out; only for the moment, never for what is kept.
 */

const MAY_BECOME_MORE =
  /^[ \t>]*(?:[-*+\u2022]|\d{1,9}[.)]?|#{1,6}|>|`{1,2}|~{1,2}|[-*_=]{2,}|[|:][-| \t:]*)?[ \t]*$/u;
const MAY_CLOSE_FENCE = /^[ \t]*(?:`+|~+)[ \t]*$/u;
const FENCE = /^ {0,3}(?:[-*+>]|\d+[.)])?[ \t]*(`{3,}|~{3,})/u;
const ROW = /^[ \t]*\|/u;
const OPEN_LINK = /\[([^\][\n]*)\]\([^()\s]*$/u;
const CODE = /(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/gu;

/**
 * @param {string} text a block that is still open, from its beginning
 * @returns {{text: string, isGuess: boolean}} what to show; a guess may turn out to be another kind of block
 */
export function completed(text) {
  const lines = text.split("\n");
  if (isInFence(lines)) {
    if (MAY_CLOSE_FENCE.test(lines.at(-1)) && lines.length > 1) lines.pop();
    return { text: lines.join("\n"), isGuess: false };
  }
  if (MAY_BECOME_MORE.test(lines.at(-1))) lines.pop();
  const header = headerWithoutRule(lines);
  if (header) {
    return { text: [...lines.slice(0, header.at), header.row, header.rule].join("\n"), isGuess: true };
  }
  if (lines.length) lines.push(closedLine(lines.pop()));
  return { text: lines.join("\n"), isGuess: false };
}

function isInFence(lines) {
  let fence = "";
  for (const line of lines) {
    const mark = FENCE.exec(line)?.[1];
    if (!mark) continue;
    if (!fence) fence = mark;
    else if (mark.startsWith(fence) && MAY_CLOSE_FENCE.test(line)) fence = "";
  }
  return Boolean(fence);
}

/** Return a table's first row that waits for the rule beneath it, with a rule that fits. */
function headerWithoutRule(lines) {
  let at = lines.length - 1;
  if (at > 0 && !lines[at].trim()) at -= 1;
  if (at < 0 || !ROW.test(lines[at]) || (at > 0 && ROW.test(lines[at - 1]))) return null;
  const row = `${lines[at].trimEnd().replace(/(?<!\\)\|$/u, "")}|`;
  const cells = row.match(/(?<!\\)\|/gu).length - 1;
  return cells > 0 ? { at, row, rule: `|${"---|".repeat(cells)}` } : null;
}

/** Close what a line has opened: code, strong emphasis, a link that is being written. */
function closedLine(line) {
  const shown = line.replace(OPEN_LINK, "$1");
  const rest = shown.replace(CODE, (code) => " ".repeat(code.length));
  const tick = rest.indexOf("`");
  if (tick >= 0) return closedCode(shown, tick);
  return closedStrong(shown.replace(/(?<!\*)\*$/u, ""));
}

function closedCode(line, tick) {
  const marks = /^`+/u.exec(line.slice(tick))[0];
  const inside = line.slice(tick + marks.length).replace(/`+$/u, "");
  return inside.trim() ? `${line.slice(0, tick)}${marks}${inside}${marks}` : line.slice(0, tick);
}

function closedStrong(line) {
  const marks = [...line.replace(CODE, (code) => " ".repeat(code.length)).matchAll(/\*\*/gu)];
  if (marks.length % 2 === 0) return line;
  const inside = line.slice(marks.at(-1).index + 2);
  if (!inside.trim()) return line.slice(0, marks.at(-1).index);
  return /^\s/u.test(inside) ? line : `${line.trimEnd()}**`;
}
