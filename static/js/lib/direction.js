/**
 * The direction of a block of text by its dominant script: right to left when at least 40 % of its words are Hebrew.
 * Code, addresses and e-mails do not vote. The twin of `config.kernel.hebrew.direction`, held to
 * tests/data/direction.json.
 */

const NO_VOTE = /```[\s\S]*?(?:```|$)|`[^`\n]*`|(?:https?:\/\/|www\.)\S+|[^\s@]+@[^\s@]+\.[^\s@]+/giu;
const RTL_LETTER = /[\u05d0-\u05ea\u05ef-\u05f2\ufb1d-\ufb4f\u0620-\u064a\u066e-\u06d3]/u;
const LETTER = /\p{L}/u;
const HEBREW_SHARE = 0.4;

/**
 * @param {string} text
 * @returns {"rtl" | "ltr"} `rtl` too when no word votes: the page's own direction
 */
export function dominantDirection(text) {
  const words = text.replace(NO_VOTE, " ").split(/\s+/u).filter((word) => LETTER.test(word));
  const hebrew = words.filter((word) => RTL_LETTER.test(word)).length;
  return hebrew >= words.length * HEBREW_SHARE ? "rtl" : "ltr";
}

/** Give the element the direction and language of its text, once that is final. */
export function settleDirection(element, text) {
  const direction = dominantDirection(text);
  element.dir = direction;
  element.lang = direction === "rtl" ? "he" : "en";
}
