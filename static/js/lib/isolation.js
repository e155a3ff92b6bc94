/** Text on the page with the runs that its direction would disturb isolated. */

import { settleDirection } from "./direction.js";
import { make } from "./dom.js";
import { readableLines } from "./passage.js";
import { piecesOf } from "./text.js";

/** Return the nodes of a text in which nothing is a link or a citation. */
export function isolated(text) {
  return piecesOf(text, () => false).map(plainNode);
}

/** Return a title or name as one isolated run with the direction of its own script. */
export function phrase(text) {
  const element = make("bdi", {}, ...isolated(text));
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
