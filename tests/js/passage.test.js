import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { linesOf, pageAt, rangeOf, readableLines } from "../../static/js/lib/passage.js";

test("lines keep their place in the passage although their signs are not shown", () => {
  const text = "## כותרת\n\n- פריט  \nסתם שורה";
  const lines = linesOf(text);
  assert.deepEqual(
    lines.map(({ kind, text: shown }) => [kind, shown]),
    [
      ["heading", "כותרת"],
      ["item", "פריט"],
      ["plain", "סתם שורה"],
    ],
  );
  for (const line of lines) assert.equal(text.slice(line.start, line.start + line.text.length), line.text);
});

test("a table's rows come as cells, its rule is left out", () => {
  const text = "| ותק | ימים |\n|---|---:|\n| 5 שנים |  21 |";
  const lines = linesOf(text);
  assert.deepEqual(
    lines.map(({ cells }) => cells.map((cell) => cell.text)),
    [
      ["ותק", "ימים"],
      ["5 שנים", "21"],
    ],
  );
  for (const cell of lines.flatMap((line) => line.cells)) {
    assert.equal(text.slice(cell.start, cell.start + cell.text.length), cell.text);
  }
});

test("a quotation is found at the occurrence nearest to where it was", () => {
  assert.deepEqual(rangeOf("אבג אבג אבג", "אבג", 5), { start: 4, end: 7 });
  assert.deepEqual(rangeOf("אבג אבג", "אבג"), { start: 0, end: 3 });
});

test("a quotation that is no longer there marks nothing", () => {
  assert.equal(rangeOf("טקסט חדש", "ישן"), null);
  assert.equal(rangeOf("טקסט", ""), null);
});

const table = JSON.parse(readFileSync(new URL("../data/readable.json", import.meta.url), "utf8"));

for (const { text, lines } of table.texts) {
  test(`${JSON.stringify(text)} can be read without its form`, () => {
    assert.deepEqual(readableLines(text), lines);
  });
}

test("a quotation stands on the last page that begins before it", () => {
  const pages = [
    { page: 3, start: 0 },
    { page: 4, start: 120 },
  ];
  assert.deepEqual(
    [0, 119, 120, 500].map((start) => pageAt(pages, start)),
    [3, 3, 4, 4],
  );
  assert.equal(pageAt([], 7), undefined);
});
