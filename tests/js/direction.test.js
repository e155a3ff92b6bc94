import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { dominantDirection } from "../../static/js/lib/direction.js";
import { piecesOf } from "../../static/js/lib/text.js";

const table = JSON.parse(readFileSync(new URL("../data/direction.json", import.meta.url), "utf8"));

for (const { text, direction } of table.directions) {
  test(`${JSON.stringify(text)} reads ${direction}`, () => {
    assert.equal(dominantDirection(text), direction);
  });
}

for (const { line, pieces } of table.lines) {
  test(`${JSON.stringify(line)} is taken apart`, () => {
    const found = piecesOf(line, (number) => table.known_citations.includes(number));
    const plain = found.map(({ kind, text, href, number }) => [kind, text, ...[href ?? number ?? []].flat()]);
    assert.deepEqual(plain, pieces);
  });
}
