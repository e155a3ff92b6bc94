/** One WebSocket that comes back: JSON frames out and in, back-off with jitter between. */

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
const GREETING_TIMEOUT = 15_000;
const CLOSE_NOT_AUTHENTICATED = 4401;
const CLOSE_FORBIDDEN = 4403;

/** Return how long to wait before attempt number `attempt` (from 0): half of it fixed, half of it chance. */
export function backOff(attempt, random = Math.random) {
  const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
  return longest / 2 + (longest / 2) * random();
}

/**
 * Events: `frame` (detail: the frame) and `state` (detail: one of `connecting`, `ready`, `waiting`, `expired`).
 * `ready` begins with the server's `hello`; `expired` means that nobody is logged in any more.
 */
export class ChatSocket extends EventTarget {
  constructor(url) {
    super();
    this.url = url;
    this.state = "waiting";
    this.attempt = 0;
    this.socket = null;
    this.timer = 0;
  }

  open() {
    clearTimeout(this.timer);
    this.enter("connecting");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.timer = setTimeout(() => this.lose(socket), GREETING_TIMEOUT);
    socket.addEventListener("message", (event) => this.receive(socket, event.data));
    socket.addEventListener("close", (event) => this.lose(socket, event.code));
  }

  /** Send a frame; returns false, and sends nothing, while there is no connection. */
  send(frame) {
    if (this.state !== "ready" || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Leave this connection and open another after so many milliseconds. */
  reconnect(afterMs = 0) {
    this.abandon();
    this.enter("waiting");
    this.timer = setTimeout(() => this.open(), afterMs);
  }

  /** Say that nobody is logged in; there is no further attempt. */
  expire() {
    this.abandon();
    this.enter("expired");
  }

  receive(socket, data) {
    if (socket !== this.socket) return;
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === "hello") {
      clearTimeout(this.timer);
      this.attempt = 0;
      this.enter("ready");
    } else if (frame.type === "reconnect") {
      this.reconnect(frame.after_ms);
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  lose(socket, code = 0) {
    if (socket !== this.socket) return;
    if (code === CLOSE_NOT_AUTHENTICATED || code === CLOSE_FORBIDDEN) {
      this.expire();
    } else {
      this.reconnect(backOff(this.attempt++));
    }
  }

  abandon() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  enter(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

function parse(data) {
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame === "object" ? frame : null;
  } catch {
    return null;
  }
}
