/** Copying as plain and as rich text at once, so that Word keeps the direction; works without HTTPS too. */

const KEPT_ATTRIBUTES = new Set(["dir", "lang", "href"]);
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, pre, tr, blockquote";

/** Copy both forms; returns whether that was possible. */
export function copyBoth({ text, html }) {
  const fill = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", fill, { capture: true });
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", fill, { capture: true });
  }
}

/** Copy words alone; returns whether that was possible. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const html = new XMLSerializer().serializeToString(paragraph(text));
    return copyBoth({ text, html }); // without HTTPS there is no clipboard to write to
  }
}

/**
 * Return an element's text in both forms: marks as `[1]`, without what is only there to be clicked, and each block with
 * its direction where word processors look for it. `sources` are lines to put beneath.
 */
export function bothForms(element, sources = []) {
  const copy = element.cloneNode(true);
  for (const mark of copy.querySelectorAll(".cite")) mark.replaceWith(` [${mark.textContent.trim()}]`);
  for (const button of copy.querySelectorAll("button.link")) button.replaceWith(...button.childNodes);
  for (const part of copy.querySelectorAll("svg, button, [hidden]")) part.remove();
  for (const part of copy.querySelectorAll("*")) keepMeaning(part);
  const frame = document.createElement("div");
  frame.dir = document.documentElement.dir;
  frame.append(...copy.childNodes, ...sources.map(paragraph));
  return { text: plainText(frame), html: new XMLSerializer().serializeToString(frame) };
}

function keepMeaning(part) {
  for (const { name } of [...part.attributes]) {
    if (!KEPT_ATTRIBUTES.has(name)) part.removeAttribute(name);
  }
}

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

function plainText(frame) {
  const blocks = [...frame.querySelectorAll(BLOCKS)].filter((block) => !block.querySelector(BLOCKS));
  return blocks.map((block) => block.textContent.trim()).join("\n");
}
