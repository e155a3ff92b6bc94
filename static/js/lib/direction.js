/**
 * The direction of a block of text by its dominant script: right to left when at least 40 % of its words are Hebrew.
 * Code, addresses, e-mails and paths do not vote. Words that make up a name, each with a capital letter or a digit, have one
 * vote between them; so has a term before a colon or a dash that Hebrew alone explains. The twin of
 * `config.kernel.hebrew.direction`, held to tests/data/direction.json.
 */

const WORD = "\\p{L}\\p{N}_";
const NO_VOTE = new RegExp(
  [
    "```[\\s\\S]*?(?:```|$)",
    "`[^`\\n]*`",
    `(?<![${WORD}])(?:https?://|www\\.)\\S+`,
    `(?<![${WORD}.+-])[${WORD}.+-]+@[${WORD}-]+(?:\\.[${WORD}-]+)+`,
    `(?<![${WORD}/:.<\\\\])(?:[A-Za-z]:\\\\|\\\\\\\\)[^\\s\\u0590-\\u05ff]*`,
    "(?<!\\S)\\(?[A-Za-z][.)](?=\\s)", // the letter of an item
  ].join("|"),
  "gu",
);
const LINE_ENDS = "\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029"; // as the twin knows them
const LINE_END = new RegExp(`\\r\\n|[${LINE_ENDS}]`, "u");
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const LETTER = /[\p{L}\p{Nl}\p{No}]/u;
const OF_A_NAME = /[A-Z0-9]/u;
const WITHIN_A_NAME = new Set(["and", "of", "for", "the", "to", "in", "on", "with", "by", "or", "at"]);
// What is explained before a colon or a dash, and what of Hebrew explains it.
const LABEL = /^(.*?\S)(?::|[ \t][-\u2013\u2014])[ \t]+(.*)$/su;
const LABEL_WORDS = 6;
const EXPLAINING_WORDS = 2;
const HEBREW_SHARE = 0.4;

/**
 * @param {string} text
 * @param {"rtl" | "ltr"} otherwise the direction when no word votes: that of what is around the text
 * @returns {"rtl" | "ltr"}
 */
export function dominantDirection(text, otherwise = "rtl") {
  const votes = text.replace(NO_VOTE, " ").split(LINE_END).map(votesOf);
  const hebrew = votes.reduce((sum, { rtl }) => sum + rtl, 0);
  const all = votes.reduce((sum, { rtl, ltr }) => sum + rtl + ltr, 0);
  if (!all) return otherwise;
  return hebrew >= all * HEBREW_SHARE ? "rtl" : "ltr";
}

/** Give the element the direction and language of its text, once that is final. */
export function settleDirection(element, text) {
  const direction = dominantDirection(text);
  element.dir = direction;
  element.lang = direction === "rtl" ? "he" : "en";
}

function votesOf(line) {
  const [, term, explanation] = LABEL.exec(line) ?? [];
  if (!term || !isTerm(term, explanation)) return votesOfWords(line);
  const votes = votesOfWords(explanation);
  return { rtl: votes.rtl, ltr: votes.ltr + 1 };
}

function isTerm(term, explanation) {
  const words = voters(explanation);
  const named = voters(term).length;
  return (
    words.length >= EXPLAINING_WORDS &&
    words.every(isHebrew) &&
    !isHebrew(term) &&
    named > 0 &&
    named <= LABEL_WORDS
  );
}

function votesOfWords(text) {
  const votes = { rtl: 0, ltr: 0 };
  let together = []; // words of another script that follow one another
  const count = () => {
    votes.ltr += isName(together) ? 1 : together.length;
    together = [];
  };
  for (const word of voters(text)) {
    if (isHebrew(word)) {
      count();
      votes.rtl += 1;
    } else {
      together.push(word);
    }
  }
  count();
  return votes;
}

function isName(words) {
  const between = words.slice(1, -1).filter((word) => !WITHIN_A_NAME.has(word));
  return words.length > 0 && [words[0], ...between, words.at(-1)].every((word) => OF_A_NAME.test(word));
}

function voters(text) {
  return text.split(/\s+/u).filter((word) => LETTER.test(word));
}

function isHebrew(word) {
  return RTL_LETTER.test(word);
}
