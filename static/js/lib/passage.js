/** Reads the text of a passage for display: its lines, and where a quotation stands in it. */

const KINDS = [
  ["heading", /^#{1,6}[ \t]+/u],
  ["item", /^[ \t]*[-*•][ \t]+/u],
  ["row", /^(?=[ \t]*\|)/u],
];
const RULE = /^[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*$/u;
const EMPHASIS = /\*{2,3}/gu;

/**
 * Return the lines worth showing. `start` is where the shown text begins in the passage: the signs that make a line a
 * heading or an item are left out, and so are empty lines and the rules of tables.
 * @param {string} text
 * A row of a table comes with its cells.
 * @returns {{kind: "heading" | "item" | "row" | "plain", text: string, start: number,
 *   cells?: {text: string, start: number}[]}[]}
 */
export function linesOf(text) {
  const lines = [];
  let start = 0;
  for (const line of text.split("\n")) {
    if (line.trim() && !RULE.test(line)) lines.push(lineOf(line, start));
    start += line.length + 1;
  }
  return lines;
}

/**
 * Return the lines that say something, each with the cells of its row, for where there is no room for the form of the
 * text. The twin of `config.kernel.readable`, held to tests/data/readable.json.
 * @param {string} text
 * @returns {string[][]}
 */
export function readableLines(text) {
  return linesOf(text.replace(EMPHASIS, ""))
    .map(({ kind, text: line, cells }) =>
      cells ? cells.map((cell) => cell.text) : [kind === "item" ? `• ${line}` : line.trim()],
    )
    .map((cells) => cells.filter(Boolean))
    .filter((cells) => cells.length);
}

function lineOf(line, start) {
  const [kind, sign] = KINDS.find(([, pattern]) => pattern.test(line)) ?? ["plain", /^/u];
  const skipped = sign.exec(line)[0].length;
  const found = { kind, text: line.slice(skipped).trimEnd(), start: start + skipped };
  return kind === "row" ? { ...found, cells: cellsOf(found) } : found;
}

/** Return the cells of a table's row, without the bars and the space around them. */
function cellsOf({ text, start }) {
  const bars = /[^|]+/gu;
  return [...text.matchAll(bars)]
    .filter(([cell], index, cells) => cell.trim() || (index > 0 && index < cells.length - 1))
    .map((match) => {
      const indent = match[0].length - match[0].trimStart().length;
      return { text: match[0].trim(), start: start + match.index + indent };
    });
}

/**
 * Return where `quote` stands in `text`: the occurrence nearest to `start`; null where the passage has changed since.
 * @returns {{start: number, end: number} | null}
 */
export function rangeOf(text, quote, start = 0) {
  if (!quote) return null;
  let nearest = -1;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (nearest < 0 || Math.abs(at - start) < Math.abs(nearest - start)) nearest = at;
  }
  return nearest < 0 ? null : { start: nearest, end: nearest + quote.length };
}

/**
 * Return the page that the character at `start` stands on; undefined where the document has no pages.
 * @param {{page: number, start: number}[]} pages in order
 */
export function pageAt(pages = [], start = 0) {
  return pages.findLast((each) => each.start <= start)?.page;
}
