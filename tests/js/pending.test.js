import assert from "node:assert/strict";
import { test } from "node:test";

import { PendingQuestions } from "../../static/js/chat/pending.js";
import { TabStore } from "../../static/js/lib/dom.js";
import { backOff } from "../../static/js/lib/socket.js";

test("a question that could not be sent is sent again under the same name", () => {
  const sent = [];
  let isOpen = false;
  const pending = new PendingQuestions(new TabStore("t1:"), (frame) => isOpen && sent.push(frame));
  const { clientId, isSent } = pending.add({ text: "שאלה", conversationId: "c" });
  assert.equal(Boolean(isSent), false);
  isOpen = true;
  pending.flush();
  assert.deepEqual(sent, [{ type: "ask", client_id: clientId, text: "שאלה", conversation_id: "c" }]);
});

test("an accepted question is not sent again", () => {
  const sent = [];
  const pending = new PendingQuestions(new TabStore("t2:"), (frame) => sent.push(frame));
  const { clientId } = pending.add({ text: "שאלה", conversationId: "" });
  assert.equal(pending.settle(clientId).text, "שאלה");
  pending.flush();
  assert.equal(sent.length, 1);
  assert.equal(pending.settle(clientId), null);
});

test("a question survives a reload, but an old one is not sent unasked", () => {
  const store = new TabStore("t3:");
  new PendingQuestions(store, () => false).add({ text: "שאלה", conversationId: "" });
  const reloaded = new PendingQuestions(store, () => false);
  assert.equal(reloaded.ofConversation("").length, 1);
  assert.deepEqual(reloaded.takeStale(), []);
  assert.equal(reloaded.takeStale(Date.now() + 3_600_000)[0].text, "שאלה");
  assert.equal(reloaded.ofConversation("").length, 0);
});

test("waits between attempts grow, differ and have an end", () => {
  assert.equal(
    backOff(0, () => 0),
    250,
  );
  assert.equal(
    backOff(0, () => 1),
    500,
  );
  assert.equal(
    backOff(3, () => 1),
    4000,
  );
  assert.equal(
    backOff(30, () => 1),
    30_000,
  );
});
