import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const PAGE = readFileSync(new URL("../../docs/streaming.md", import.meta.url), "utf8");
const CLIENT = /```js\n(.*?)```/s.exec(PAGE)[1];
const TEXT = "מכסת החופשה היא 21 ימים.";
const ofAnswer = (type, seq, fields) => ({ type, answer_id: "a", seq, ...fields });
const BEGINNING = [
  { type: "hello" },
  { type: "accepted" },
  ofAnswer("stage", 1),
  ofAnswer("delta", 2, { text: "מכסת" }),
];

/** Run the client of docs/streaming.md; each socket that it opens tells the frames of the next list, then it breaks. */
function ask(...told) {
  const sent = [];
  class Socket {
    constructor() {
      const frames = told.shift();
      queueMicrotask(() => {
        for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) });
        this.onclose?.({ code: 1006 });
      });
    }
    send(text) {
      sent.push(JSON.parse(text));
    }
    close() {}
  }
  const made = new Function("WebSocket", "location", "setTimeout", `${CLIENT}; return answer;`);
  const answer = made(Socket, { origin: "https://sicha.test" }, (work) => queueMicrotask(work));
  const shown = [];
  return { ended: answer("?", (text) => shown.push(text)), sent, shown };
}

test("a page that attaches when only the end remains gets the whole text", async () => {
  const { ended, sent } = ask(BEGINNING, [
    { type: "hello" },
    ofAnswer("done", 3, { text: TEXT, status: "complete" }),
  ]);
  assert.equal((await ended).text, TEXT);
  assert.deepEqual(sent.at(-1), { type: "resume", answer_id: "a", after_seq: 2 });
});

test("an error that ends the answer is told, also when it could be tried again", async () => {
  const end = ofAnswer("error", 3, { code: "model_unavailable", retry_after: 5 });
  await assert.rejects(ask(BEGINNING, [{ type: "hello" }, end]).ended, { message: "model_unavailable" });
});

test("a long answer is acknowledged every few frames", async () => {
  const parts = Array.from({ length: 99 }, (_, at) => ofAnswer("delta", at + 2, { text: `${at} ` }));
  const { ended, sent } = ask([...BEGINNING.slice(0, 3), ...parts, ofAnswer("done", 101, { text: TEXT })]);
  await ended;
  assert.deepEqual(
    sent.filter(({ type }) => type === "ack").map(({ seq }) => seq),
    [16, 32, 48, 64, 80, 96],
  );
});
