/** Text on the page with the runs that its direction would disturb isolated. */

import { settleDirection } from "./direction.js";
import { make } from "./dom.js";
import { readableLines } from "./passage.js";
import { piecesOf } from "./text.js";

// A line of both directions: the browser's sign of what is cut off would take the beginning of a run away.
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const LTR = /[A-Za-z0-9]/u;

/** Return the nodes of a text in which nothing is a link or a citation. */
export function isolated(text) {
  return piecesOf(text, () => false).map(plainNode);
}

/** Return a title or name as one isolated run with the direction of its own script. */
export function phrase(text) {
  const isMixed = RTL.test(text) && LTR.test(text);
  const element = make("bdi", { class: isMixed && "mixed" }, ...isolated(text));
  settleDirection(element, text);
  return element;
}

/** Return the nodes of a quotation: its lines without the signs of their form, the cells of a row beside one another. */
export function quotation(text) {
  return readableLines(text).flatMap((cells, index) => [
    ...(index ? [make("br")] : []),
    ...(cells.length > 1
      ? cells.flatMap((cell, place) => [...(place ? [" · "] : []), phrase(cell)])
      : isolated(cells[0])),
  ]);
}

/** Return the node of one piece, as text. */
export function plainNode(piece) {
  if (piece.kind === "code") return make("code", { dir: "ltr" }, piece.text);
  if (piece.kind === "isolate") return make("bdi", { dir: "ltr" }, piece.text);
  if (piece.kind === "amount") return make("span", { class: "amount" }, piece.text);
  if (piece.kind === "path" || piece.kind === "link") {
    return make("bdi", { dir: "ltr", class: "breakable" }, piece.text);
  }
  return document.createTextNode(piece.text);
}
