// When something may be tried again, in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { whenAgain } from "../../static/js/lib/moments.js";

const words = { say: (name, values) => `${name} ${Object.values(values).join(" ")}` };

test("a short wait is told in seconds, at least one", () => {
  assert.equal(whenAgain(words, 42), "retry-in 42");
  assert.equal(whenAgain(words, 0.2), "retry-in 1");
  assert.equal(whenAgain(words, 90), "retry-in 90");
});

test("a long wait is told by the hour of the day when it ends", () => {
  const noon = new Date(2026, 10, 29, 12, 0).getTime();
  assert.equal(whenAgain(words, 3600, noon), "retry-at 13:00");
});
