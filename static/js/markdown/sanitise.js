/**
 * The last word on an answer's HTML: what is not on these lists does not reach the page. The twin of
 * `chatbot/markdown/sanitise.py`. The parser makes nothing else to begin with; this holds if it ever did.
 */

const TAGS = [
  ...[
    "a",
    "bdi",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
  ],
  ...["s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"],
];
const ATTRIBUTES = ["aria-label", "class", "dir", "href", "lang", "rel", "start", "tabindex", "target"];
const ANSWER = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  // The package would hold every attribute's value to the pattern of addresses.
  ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|#(?:citation|passage)-)/iu,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};
const COLOURED_CODE = { ...ANSWER, ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"] };
// Parsing a style is already what the page's policy forbids and reports, though it would be left out next. No other
// quotation mark stands in what the package for formulas writes.
const STYLE = / style="[^"]*"/gu;
const FORMULA = {
  USE_PROFILES: { mathMl: true },
  FORBID_ATTR: ["style", "href", "id"],
  RETURN_DOM_FRAGMENT: true,
};

export class Sanitiser {
  /** @param {{sanitize: (html: string, options: object) => DocumentFragment}} purify */
  constructor(purify) {
    this.purify = purify;
  }

  /** Return an answer's HTML as nodes, without anything that is not allowed. */
  answer(html) {
    return this.purify.sanitize(html, ANSWER);
  }

  colouredCode(html) {
    return this.purify.sanitize(html, COLOURED_CODE);
  }

  formula(html) {
    return this.purify.sanitize(html.replaceAll(STYLE, ""), FORMULA);
  }
}
