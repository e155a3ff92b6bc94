/** Tokens as HTML: what differs from the parser's own. The twin of `chatbot/markdown/html.py`. */

const LANGUAGE = /^[A-Za-z0-9+#.-]{1,20}$/u;
const [HIGHEST_HEADING, LOWEST_HEADING] = [3, 6];
const AWAY = ' rel="noopener noreferrer nofollow" target="_blank"';
const SIMPLE_PIECES = {
  code: ['<code dir="ltr">', "</code>"],
  isolate: ['<bdi dir="ltr">', "</bdi>"],
  amount: ['<span class="amount">', "</span>"],
  path: ['<bdi dir="ltr" class="breakable">', "</bdi>"],
  host: [' <bdi dir="ltr" class="host">', "</bdi>"],
};

/** Put our forms in the place of the parser's own. */
export function renderWith(parser) {
  const { escapeHtml } = parser.utils;
  Object.assign(parser.renderer.rules, codeRules(escapeHtml), blockRules());
  parser.renderer.rules.link_open = (tokens, index) =>
    `<a href="${escapeHtml(tokens[index].attrGet("href"))}"${AWAY}>`;
  parser.renderer.rules.piece = (tokens, index, options, env) => pieceAsHtml(tokens[index], env, escapeHtml);
}

function codeRules(escapeHtml) {
  return {
    code_inline: (tokens, index) => {
      const { content } = tokens[index];
      return `<code dir="ltr">${escapeHtml(content.trim() ? content : " ")}</code>`;
    },
    fence: (tokens, index) => {
      const [language = ""] = tokens[index].info.trim().split(/\s+/u);
      const known = LANGUAGE.test(language) ? ` class="language-${language.toLowerCase()}"` : "";
      return `<pre dir="ltr" tabindex="0"><code${known}>${escapeHtml(tokens[index].content)}</code></pre>\n`;
    },
    maths: (tokens, index) => {
      const name = tokens[index].meta.isDisplayed ? "math math--display" : "math";
      return `<code class="${name}" dir="ltr">${escapeHtml(tokens[index].content)}</code>`;
    },
  };
}

function blockRules() {
  return {
    heading_open: heading,
    heading_close: heading,
    table_open: (tokens, index, options, env, self) => {
      const opening = self.renderToken(tokens, index, options);
      return `<div class="table" dir="${tokens[index].attrGet("dir")}" tabindex="0">${opening}`;
    },
    table_close: () => "</table></div>\n",
    th_open: cell,
    td_open: cell,
  };
}

/** The page has headings of its own: an answer's begin two levels further down. */
function heading(tokens, index, options, env, self) {
  const token = tokens[index];
  token.tag = `h${Math.min(LOWEST_HEADING, Number(token.tag[1]) + HIGHEST_HEADING - 1)}`;
  return self.renderToken(tokens, index, options);
}

/** Only the middle is a side that means the same in both directions. */
function cell(tokens, index, options, env, self) {
  const token = tokens[index];
  token.attrs = token.attrGet("style")?.endsWith("center") ? [["class", "centred"]] : null;
  return self.renderToken(tokens, index, options);
}

function pieceAsHtml({ content, meta: { kind, href, number } }, env, escapeHtml) {
  const text = escapeHtml(content);
  if (kind === "mark") return markAsHtml(number, env, escapeHtml);
  if (kind === "link") {
    return `<bdi dir="ltr" class="breakable"><a href="${escapeHtml(href)}"${AWAY}>${text}</a></bdi>`;
  }
  if (kind === "document") return `<a href="${escapeHtml(href)}">${text}</a>`;
  return SIMPLE_PIECES[kind].join(text);
}

function markAsHtml(number, { citations, id, label }, escapeHtml) {
  if (!citations) return `<bdi class="cite"><span>${number}</span></bdi>`;
  const name = escapeHtml(label(number, citations.get(number)));
  return `<bdi class="cite"><a href="#citation-${id}-${number}" aria-label="${name}">${number}</a></bdi>`;
}
