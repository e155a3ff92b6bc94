import assert from "node:assert/strict";
import { test } from "node:test";

import { completed } from "../../static/js/markdown/unfinished.js";

const SHOWN = [
  ["plain text is shown as it is", "שלום עולם", "שלום עולם"],
  ["a sign that may begin a list waits", "פסקה\n-", "פסקה"],
  ["a number that may begin a list waits", "פסקה\n1.", "פסקה"],
  ["an item is shown with its first letter", "- א", "- א"],
  ["a heading's signs wait", "##", ""],
  ["a fence's signs wait", "``", ""],
  ["code in a fence is shown", "```py\nx = 1", "```py\nx = 1"],
  ["a fence's end is not shown as code", "```py\nx = 1\n``", "```py\nx = 1"],
  ["stars in a fence are code", "```\n**x", "```\n**x"],
  ["strong words are strong at once", "זה **חשוב", "זה **חשוב**"],
  ["half of a closing sign does not show", "זה **חשוב*", "זה **חשוב**"],
  ["an opening sign alone does not show", "זה **", "זה "],
  ["code is code at once", "הפקודה `pip inst", "הפקודה `pip inst`"],
  ["stars in code close nothing", "`a ** b` ועוד", "`a ** b` ועוד"],
  ["an opening tick alone does not show", "הפקודה `", "הפקודה "],
  ["a link shows its words while its address is written", "ראו [הטופס](https://exa", "ראו הטופס"],
  ["a table has cells from its first row on", "| א | ב", "| א | ב|\n|---|---|"],
  ["a complete first row has its cells", "| א | ב |\n", "| א | ב |\n|---|---|"],
  ["the rule that is being written is replaced", "| א | ב |\n|--", "| א | ב |\n|---|---|"],
  ["a table goes on", "| א |\n|---|\n| 1", "| א |\n|---|\n| 1"],
];

for (const [name, text, shown] of SHOWN) {
  test(name, () => assert.equal(completed(text).text, shown));
}

test("a table without its rule is a guess", () => {
  assert.equal(completed("| א | ב").isGuess, true);
  assert.equal(completed("| א |\n|---|\n| 1").isGuess, false);
});
