/** Shows how the connection is, and wakes it when the network or the tab comes back. */

import { session } from "../lib/api.js";

const CALM = 1500;
const RESTORED = 4000;

export class ConnectionSign {
  /**
   * @param {import("../lib/socket.js").ChatSocket} socket
   * @param {{sign: HTMLElement, banner: HTMLElement, expired: HTMLElement, words: import("../lib/dom.js").Words}} page
   */
  constructor(socket, { sign, banner, expired, words }) {
    this.socket = socket;
    this.sign = sign;
    this.banner = banner;
    this.expired = expired;
    this.words = words;
    this.timer = 0;
    banner.querySelector("[data-action=reconnect]").addEventListener("click", () => this.wake());
    socket.addEventListener("state", (event) => this.show(event.detail));
    session.addEventListener("expired", () => this.socket.expire());
    addEventListener("offline", () => this.socket.reconnect(1000));
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  /** Try again at once instead of at the end of the wait. */
  wake() {
    if (this.socket.state === "waiting") this.socket.reconnect();
  }

  /** A connection that comes back within a moment is not worth a word. */
  show(state) {
    if (state === "ready" || state === "expired") this.say(state);
    else this.timer ||= setTimeout(() => this.say(navigator.onLine ? "connecting" : "offline"), CALM);
  }

  say(state) {
    clearTimeout(this.timer);
    this.timer = 0;
    this.sign.dataset.state = state;
    this.sign.querySelector("[data-part=name]").textContent = this.words.say(`connection-${state}`);
    this.expired.hidden = state !== "expired";
    this.announce(state);
  }

  /** One calm line while there is something to say, and a moment longer to say that it is over. */
  announce(state) {
    const wasShown = !this.banner.hidden;
    const isAway = state === "connecting" || state === "offline";
    const isBack = state === "ready" && wasShown;
    this.banner.hidden = !isAway && !isBack;
    this.banner.dataset.state = state;
    this.banner.querySelector("[data-action=reconnect]").hidden = !isAway;
    if (isAway || isBack) {
      this.banner.querySelector("[data-part=banner-text]").textContent = this.words.say(`banner-${state}`);
    }
    if (isBack) setTimeout(() => (this.banner.hidden ||= this.banner.dataset.state === "ready"), RESTORED);
  }
}
