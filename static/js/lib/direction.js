/**
 * The direction of a block of text by its dominant script: right to left when at least 40 % of its words are Hebrew.
 * Code, addresses and e-mails do not vote. The twin of `config.kernel.hebrew.direction`, held to
 * tests/data/direction.json.
 */

const WORD = "\\p{L}\\p{N}_";
const NO_VOTE = new RegExp(
  [
    "```[\\s\\S]*?(?:```|$)",
    "`[^`\\n]*`",
    `(?<![${WORD}])(?:https?://|www\\.)\\S+`,
    `(?<![${WORD}.+-])[${WORD}.+-]+@[${WORD}-]+(?:\\.[${WORD}-]+)+`,
  ].join("|"),
  "gu",
);
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const LETTER = /[\p{L}\p{Nl}\p{No}]/u;
const HEBREW_SHARE = 0.4;

/**
 * @param {string} text
 * @param {"rtl" | "ltr"} otherwise the direction when no word votes: that of what is around the text
 * @returns {"rtl" | "ltr"}
 */
export function dominantDirection(text, otherwise = "rtl") {
  const words = text
    .replace(NO_VOTE, " ")
    .split(/\s+/u)
    .filter((word) => LETTER.test(word));
  if (!words.length) return otherwise;
  const hebrew = words.filter((word) => RTL_LETTER.test(word)).length;
  return hebrew >= words.length * HEBREW_SHARE ? "rtl" : "ltr";
}

/** Give the element the direction and language of its text, once that is final. */
export function settleDirection(element, text) {
  const direction = dominantDirection(text);
  element.dir = direction;
  element.lang = direction === "rtl" ? "he" : "en";
}
