import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { AnswerStreams } from "../../static/js/chat/stream.js";

class Clock {
  now = 1000;
  timers = new Map();
  performance = { now: () => this.now };
  setTimeout = (run, after) => {
    const id = this.timers.size + 1;
    this.timers.set(id, { run, at: this.now + after });
    return id;
  };
  clearTimeout = (id) => this.timers.delete(id);
  pass(milliseconds) {
    this.now += milliseconds;
    for (const [id, { run, at }] of [...this.timers]) {
      if (at > this.now) continue;
      this.timers.delete(id);
      run();
    }
  }
}

let clock, sent, seen, streams;
const delta = (seq, text = `${seq}`) => ({ type: "delta", answer_id: "a", seq, text });

beforeEach(() => {
  clock = new Clock();
  sent = [];
  seen = [];
  streams = new AnswerStreams((frame) => sent.push(frame), clock);
  streams.follow("a", (frame) => seen.push(frame.seq));
});

test("frames are handled once and in order", () => {
  for (const seq of [1, 2, 2, 1, 3]) streams.receive(delta(seq));
  assert.deepEqual(seen, [1, 2, 3]);
});

test("a gap asks for the rest once and shows nothing until it comes", () => {
  for (const seq of [1, 4, 5]) streams.receive(delta(seq));
  assert.deepEqual(seen, [1]);
  assert.deepEqual(sent, [{ type: "resume", answer_id: "a", after_seq: 1 }]);
  for (const seq of [2, 3, 4, 5]) streams.receive(delta(seq));
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
});

test("a new connection resumes every unfinished answer where it was", () => {
  streams.follow("b", () => {}, 7);
  streams.receive(delta(1));
  streams.resumeAll();
  assert.deepEqual(sent, [
    { type: "resume", answer_id: "a", after_seq: 1 },
    { type: "resume", answer_id: "b", after_seq: 7 },
  ]);
});

test("an authoritative end is taken even when frames before it are lost", () => {
  streams.receive({ type: "done", answer_id: "a", seq: 9, text: "" });
  assert.deepEqual(seen, [9]);
  assert.equal(streams.has("a"), false);
});

test("the end is acknowledged before the answer is forgotten", () => {
  streams.receive({ type: "done", answer_id: "a", seq: 1, text: "" });
  assert.deepEqual(sent, [{ type: "ack", answer_id: "a", seq: 1 }]);
});

test("sixteen frames are acknowledged at once, fewer within a quarter of a second", () => {
  for (let seq = 1; seq <= 17; seq += 1) streams.receive(delta(seq));
  assert.deepEqual(sent, [{ type: "ack", answer_id: "a", seq: 16 }]);
  clock.pass(250);
  assert.deepEqual(sent.at(-1), { type: "ack", answer_id: "a", seq: 17 });
});

test("a long replay is acknowledged without flooding the server", () => {
  for (let seq = 1; seq <= 2000; seq += 1) streams.receive(delta(seq));
  assert.equal(sent.length, 1);
  clock.pass(250);
  assert.deepEqual(sent.at(-1), { type: "ack", answer_id: "a", seq: 2000 });
});

test("frames of answers that nobody follows are left to others", () => {
  assert.equal(streams.receive({ type: "delta", answer_id: "x", seq: 1 }), false);
  assert.equal(streams.receive({ type: "error", code: "rate_limited" }), false);
  assert.deepEqual(sent, []);
});
