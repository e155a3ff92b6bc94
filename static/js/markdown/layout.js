/**
 * What the parser's tokens still lack: the direction of each block, and the pieces of each run of text. The twin of
 * `chatbot/markdown/layout.py`. The parser's `env` says what is known of the message:
 * {id, citations: Map<number, title> | null, documents: Map<title, passage>, label, direction, isOpen}.
 */

import { dominantDirection } from "../lib/direction.js";
import { piecesOf } from "../lib/text.js";

const DIRECTED = new Set(["paragraph_open", "heading_open"]);
const CONTAINERS = new Set(["bullet_list_open", "ordered_list_open", "blockquote_open", "table_open"]);
// What they hold keeps its side, whatever its direction.
const SHELVES = new Set(["list_item_open", "th_open", "td_open"]);
const HOST = /^(?:https?:\/\/(?:[^/?#]*@)?([^/?#]*)|mailto:([^?]*))/iu;

/** Give blocks their direction and lines their pieces, in place. */
export function arrange(state) {
  const page = { env: state.env, make: (type, tag, nesting) => new state.Token(type, tag, nesting) };
  const openTypes = [];
  const directions = [];
  state.tokens.forEach((token, index) => {
    const outer = directions.at(-1) ?? state.env.direction ?? "rtl";
    if (token.type === "inline") {
      arrangeLine(token, page, { outer, isShelved: isShelved(openTypes) });
    } else if (CONTAINERS.has(token.type)) {
      directions.push(direct(token, textWithin(state.tokens, index), state.env, outer));
    } else if (DIRECTED.has(token.type) && !SHELVES.has(openTypes.at(-1))) {
      direct(token, textWithin(state.tokens, index), state.env, outer);
    } else if (CONTAINERS.has(token.type.replace("_close", "_open"))) {
      directions.pop();
    }
    if (token.nesting === 1) openTypes.push(token.type);
    else if (token.nesting === -1) openTypes.pop();
  });
}

/** Say whether a line stands in a cell, or in a list's item. */
function isShelved(openTypes) {
  return SHELVES.has(openTypes.findLast((name) => !DIRECTED.has(name)));
}

/**
 * Return the text that decides on the direction between an opening token and its closing one: of a list its own items,
 * not what is nested in them, unless there is nothing else.
 */
function textWithin(tokens, index) {
  const { type, level } = tokens[index];
  const closing = type.replace("_open", "_close");
  const [own, nested] = [[], []];
  let depth = 0;
  for (let at = index + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token.type === closing && token.level === level) break;
    if (CONTAINERS.has(token.type.replace("_close", "_open"))) depth += token.nesting;
    else if (token.type === "inline") (depth ? nested : own).push(spoken(token));
  }
  return (own.length ? own : nested).join("\n");
}

/** Return a line without its code, formulas and addresses, which have no say in its direction. */
function spoken(line) {
  return line.children.map((token) => (token.type === "text" ? token.content : " ")).join("");
}

function direct(token, text, env, outer) {
  const direction = env.isOpen ? outer : dominantDirection(text, outer);
  setDirection(token, direction);
  return direction;
}

function setDirection(token, direction) {
  token.attrSet("dir", direction);
  token.attrSet("lang", direction === "rtl" ? "he" : "en");
}

function arrangeLine(line, page, { outer, isShelved: isOnShelf }) {
  const title = line.content.trim();
  const passage = isOnShelf && page.env.documents?.get(title);
  if (passage) {
    line.children = [piece(page, { kind: "document", text: title, href: `#passage-${passage}` })];
    return;
  }
  const words = spoken(line);
  line.children = pieces(line.children, page);
  if (!isOnShelf || page.env.isOpen) return;
  const direction = dominantDirection(words, outer);
  if (direction === outer) return;
  const opening = page.make("bdi_open", "bdi", 1);
  setDirection(opening, direction);
  line.children = [opening, ...line.children, page.make("bdi_close", "bdi", -1)];
}

function pieces(children, page) {
  const found = [];
  let link = null;
  let label = "";
  for (const token of children) {
    if (token.type === "link_open") [link, label] = [token, ""];
    if (link?.markup === "autolink") found.push(...bareAddress(token, link.attrGet("href"), page));
    else if (token.type === "text") found.push(...piecesOfText(token.content, page, Boolean(link)));
    else found.push(token);
    label += token.content;
    if (token.type === "link_close" && link) {
      found.push(...host(link.attrGet("href"), label, page));
      link = null;
    }
  }
  return found;
}

/** Return what an address in angle brackets is shown as: the same as one without. */
function bareAddress(token, href, page) {
  return token.type === "text" ? [piece(page, { kind: "link", text: token.content, href })] : [];
}

function piecesOfText(text, page, isLinked) {
  const { citations } = page.env;
  const isCitation = (number) => !isLinked && (!citations || citations.has(number));
  return piecesOf(text, isCitation).map((found) => {
    if (found.kind !== "text") {
      return piece(page, isLinked && found.kind === "link" ? { ...found, kind: "path" } : found);
    }
    const plain = page.make("text", "", 0);
    plain.content = found.text;
    return plain;
  });
}

/** Return the place that a link leads to, unless its words say so themselves. */
function host(href, label, page) {
  const found = HOST.exec(href);
  const place = found?.[1] || found?.[2] || "";
  if (!place || label.toLowerCase().includes(place.toLowerCase())) return [];
  return [piece(page, { kind: "host", text: place })];
}

function piece(page, { kind, text, href = "", number = 0 }) {
  const token = page.make("piece", "", 0);
  token.content = text;
  token.meta = { kind, href, number };
  return token;
}
