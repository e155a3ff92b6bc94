/**
 * Follows answers by their sequence numbers: frames come once and in order, whatever the connection does.
 * What has been seen is ignored, a gap asks for the rest, and what was read is acknowledged.
 */

const ACK_EVERY = 16;
const ACK_WITHIN = 250;
// A long replay arrives all at once; acknowledging each part of it at once would look like a flood.
const ACK_APART = 125;

export class AnswerStreams {
  /**
   * @param {(frame: object) => boolean} send
   * @param {{setTimeout: Function, clearTimeout: Function, performance: {now: () => number}}} clock
   */
  constructor(send, clock = globalThis) {
    this.send = send;
    this.clock = clock;
    this.answers = new Map();
  }

  /** Follow an answer from after frame number `seq`; `handle` gets each of its frames once, in order. */
  follow(answerId, handle, seq = 0) {
    this.answers.set(answerId, { handle, seq, acked: seq, ackedAt: 0, timer: 0, resuming: -1 });
  }

  has(answerId) {
    return this.answers.has(answerId);
  }

  forget(answerId) {
    const answer = this.answers.get(answerId);
    if (!answer) return;
    this.clock.clearTimeout(answer.timer);
    this.answers.delete(answerId);
  }

  /** Ask for what is missing of every unfinished answer: after a new connection. */
  resumeAll() {
    for (const answerId of this.answers.keys()) this.resume(answerId);
  }

  resume(answerId) {
    const answer = this.answers.get(answerId);
    answer.resuming = answer.seq;
    this.send({ type: "resume", answer_id: answerId, after_seq: answer.seq });
  }

  /** Take a frame of an answer; returns whether it was of one that is followed. */
  receive(frame) {
    const answer = this.answers.get(frame.answer_id);
    if (!answer || !Number.isInteger(frame.seq)) return false;
    if (frame.seq <= answer.seq) return true;
    if (frame.seq > answer.seq + 1 && !isWhole(frame)) {
      if (answer.resuming !== answer.seq) this.resume(frame.answer_id);
      return true;
    }
    answer.seq = frame.seq;
    answer.resuming = -1;
    if (isWhole(frame)) {
      this.ack(frame.answer_id, answer);
      this.forget(frame.answer_id);
    } else {
      this.acknowledge(frame.answer_id, answer);
    }
    answer.handle(frame);
    return true;
  }

  acknowledge(answerId, answer) {
    const isMuch = answer.seq - answer.acked >= ACK_EVERY;
    const wait = answer.ackedAt + ACK_APART - this.clock.performance.now();
    if (isMuch && wait <= 0) {
      this.ack(answerId, answer);
    } else if (!answer.timer) {
      answer.timer = this.clock.setTimeout(() => this.ack(answerId, answer), ACK_WITHIN);
    }
  }

  ack(answerId, answer) {
    this.clock.clearTimeout(answer.timer);
    answer.timer = 0;
    answer.acked = answer.seq;
    answer.ackedAt = this.clock.performance.now();
    this.send({ type: "ack", answer_id: answerId, seq: answer.seq });
  }
}

/** `done` and `error` say all that is left to say: they need nothing that came before them. */
function isWhole(frame) {
  return frame.type === "done" || frame.type === "error";
}
