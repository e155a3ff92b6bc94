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

test("a page that was reloaded without the question that was just accepted asks for it again", () => {
  const store = new TabStore("t4:");
  const sent = [];
  const first = new PendingQuestions(store, () => true);
  const { clientId } = first.add({ text: "שאלה", conversationId: "" });
  first.accept({ client_id: clientId, question_id: "q", conversation_id: "c" });
  const reloaded = new PendingQuestions(store, (frame) => sent.push(frame));
  reloaded.recover({ conversationId: "", isReloaded: true, isShown: () => false });
  assert.equal(reloaded.ofConversation("").length, 1);
  reloaded.flush();
  assert.deepEqual(sent, [{ type: "ask", client_id: clientId, text: "שאלה" }]);
});

test("an accepted question is not asked for again where it is shown, elsewhere, or twice", () => {
  const store = new TabStore("t5:");
  const accepted = () => {
    const pending = new PendingQuestions(store, () => true);
    const { clientId } = pending.add({ text: "שאלה", conversationId: "c" });
    pending.accept({ client_id: clientId, question_id: "q", conversation_id: "c" });
    return new PendingQuestions(store, () => true);
  };
  const shown = accepted();
  shown.recover({ conversationId: "c", isReloaded: true, isShown: (id) => id === "q" });
  shown.recover({ conversationId: "c", isReloaded: true, isShown: () => false });
  const elsewhere = accepted();
  elsewhere.recover({ conversationId: "d", isReloaded: true, isShown: () => false });
  const anew = accepted();
  anew.recover({ conversationId: "", isReloaded: true, isShown: () => false });
  const visited = accepted();
  visited.recover({ conversationId: "c", isReloaded: false, isShown: () => false });
  visited.recover({ conversationId: "c", isReloaded: true, isShown: () => false });
  for (const { questions } of [shown, elsewhere, anew, visited]) assert.deepEqual(questions, []);
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
