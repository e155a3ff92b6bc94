import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { RatingTool } from "../../static/js/chat/rating.js";
import { MessageTools } from "../../static/js/chat/tools.js";
import { request, session } from "../../static/js/lib/api.js";
import { TabStore } from "../../static/js/lib/dom.js";
import { Toasts } from "../../static/js/lib/toast.js";

const words = { say: (name) => name };
let said;
let toasts;
let expired;

/** Have every request answered like this. */
function answerWith(status, body) {
  mock.method(globalThis, "fetch", async () => new Response(body && JSON.stringify(body), { status }));
}

const hear = () => {
  expired += 1;
};

beforeEach(() => {
  globalThis.document = { documentElement: { lang: "he" }, querySelector: () => null };
  said = [];
  expired = 0;
  toasts = Object.assign(Object.create(Toasts.prototype), { say: (text) => said.push(text) });
  session.addEventListener("expired", hear);
});

afterEach(() => {
  session.removeEventListener("expired", hear);
  mock.restoreAll();
  delete globalThis.document;
});

/** A dialog with a reason and a comment, an answer that is rated down, and the tool between them. */
function ratingPage() {
  const fields = { reason: { value: "" }, comment: { value: "" } };
  const form = {
    reset: () => Object.values(fields).forEach((field) => (field.value = "")),
    elements: { namedItem: (name) => fields[name] },
  };
  const dialog = {
    isOpen: false,
    addEventListener: () => null,
    querySelector: () => form,
    showModal: () => (dialog.isOpen = true),
    close: () => (dialog.isOpen = false),
  };
  const thumb = {
    dataset: { rating: "down" },
    pressed: "true",
    getAttribute: () => thumb.pressed,
    setAttribute: (_name, value) => (thumb.pressed = value),
  };
  const answer = { dataset: { answerId: "7" }, querySelectorAll: () => [thumb] };
  const tool = new RatingTool(dialog, { words, toasts, store: new TabStore("test:") });
  tool.answer = answer;
  return { tool, dialog, fields, thumb, answer };
}

const REFUSED = { code: "not_authenticated", message: "נדרשת כניסה למערכת." };
const WHY = { reason: "wrong", comment: "המכסה שונתה" };

test("a request that nobody is logged in for is told to the page, and not said twice", async () => {
  answerWith(401, REFUSED);
  const error = await request("PUT", "/api/v1/x", { body: {} }).catch((refusal) => refusal);
  toasts.sayWhy(error, words);
  assert.equal(expired, 1);
  assert.deepEqual(said, []);
});

test("any other refusal is said in its own words, and does not end the session", async () => {
  answerWith(409, { code: "conflict", message: "לא עכשיו" });
  const error = await request("PUT", "/api/v1/x", { body: {} }).catch((refusal) => refusal);
  toasts.sayWhy(error, words);
  assert.equal(expired, 0);
  assert.deepEqual(said, ["לא עכשיו"]);
});

test("the reason of a rating outlives the login that expired meanwhile", async () => {
  const { tool, dialog, fields, thumb, answer } = ratingPage();
  dialog.isOpen = true;
  answerWith(401, REFUSED);
  await tool.explain(WHY);
  assert.equal(dialog.isOpen, false, "it would cover the way back in");
  assert.equal(expired, 1);

  await tool.press(thumb, answer);
  assert.equal(dialog.isOpen, true);
  assert.deepEqual(fields, { reason: { value: WHY.reason }, comment: { value: WHY.comment } });
});

test("a reason that could not be sent stays in the dialog", async () => {
  const { tool, dialog } = ratingPage();
  dialog.isOpen = true;
  answerWith(500, { code: "internal", message: "תקלה" });
  await tool.explain(WHY);
  assert.equal(dialog.isOpen, true);
  assert.deepEqual(said, ["תקלה"]);
});

test("a reason that was taken is asked for no more", async () => {
  const { tool, dialog, thumb, answer } = ratingPage();
  dialog.isOpen = true;
  answerWith(204);
  await tool.explain(WHY);
  assert.equal(dialog.isOpen, false);

  await tool.press(thumb, answer);
  assert.equal(dialog.isOpen, false, "a pressed thumb is taken back");
  assert.equal(thumb.pressed, "false");
});

test("another answer during an answer is refused in words, and nothing is sent", async () => {
  answerWith(500);
  const log = { addEventListener: () => null };
  const tools = new MessageTools(log, { words, toasts, store: null, chat: { isBusy: () => true } });
  await tools.answerAgain({ dataset: { action: "regenerate" }, ariaDisabled: null }, {});
  assert.deepEqual(said, ["answer-first"]);
  assert.equal(globalThis.fetch.mock.callCount(), 0);
});
