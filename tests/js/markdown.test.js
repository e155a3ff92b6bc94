import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import markdownit from "markdown-it";

import { makeParser } from "../../static/js/markdown/parser.js";

const corpus = JSON.parse(readFileSync(new URL("../data/markdown.json", import.meta.url), "utf8"));
const { id, citations, documents } = corpus.message;
const message = {
  id,
  citations: new Map(Object.entries(citations).map(([number, title]) => [Number(number), title])),
  documents: new Map(Object.entries(documents)),
  label: (number, title) => `${number}: ${title}`,
};
const parser = makeParser(markdownit);

for (const { name, text, html } of corpus.cases) {
  test(`${name}, as on the server`, () => {
    assert.equal(parser.render(text, message), html);
  });
}

test("what is still open reads from right to left, and its marks open nothing", () => {
  const html = parser.render("Please wait [1]", { citations: null, isOpen: true });
  assert.equal(html, '<p dir="rtl" lang="he">Please wait<bdi class="cite"><span>1</span></bdi></p>\n');
});
