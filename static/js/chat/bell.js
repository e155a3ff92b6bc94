/** The bell: how many notifications are unread, live, and the latest of them when it is opened. */

import { request } from "../lib/api.js";
import { cloneTemplate } from "../lib/dom.js";
import { phrase } from "../lib/isolation.js";

const MOST = 99;
const SHOWN = 8;
const TOGETHER = 300;
// Whoever hears the page is told of news once in a while, however many come.
const SPOKEN_APART = 60_000;

export class Bell {
  /**
   * @param {HTMLElement} root
   * @param {{words: import("../lib/dom.js").Words, socket: EventTarget, spoken: import("./spoken.js").Spoken}} page
   */
  constructor(root, { words, socket, spoken }) {
    this.root = root;
    this.words = words;
    this.spoken = spoken;
    this.unread = Number.parseInt(this.part("count").textContent, 10) || 0;
    this.spokenAt = -SPOKEN_APART;
    this.timer = 0;
    this.wasGreeted = false;
    socket.addEventListener("frame", ({ detail }) => this.heard(detail));
    this.part("panel").addEventListener("toggle", ({ newState }) => newState === "open" && this.list());
    this.part("read").addEventListener("click", () => this.readAll());
  }

  part(name) {
    return this.root.querySelector(`[data-part="bell-${name}"]`);
  }

  /** Look again when told to, and after a connection that was lost: what was told meanwhile was not heard. */
  heard({ type, topic }) {
    const isNews = type === "event" && topic === "notification";
    const isBack = type === "hello" && this.wasGreeted;
    if (type === "hello") this.wasGreeted = true;
    if (isNews || isBack) this.timer ||= setTimeout(() => this.look(), TOGETHER);
  }

  async look() {
    this.timer = 0;
    const found = await request("GET", "/api/v1/notifications/unread").catch(() => null);
    if (!found) return; // the next one says how many there are
    const isMore = found.unread > this.unread;
    this.show(found.unread);
    if (this.part("panel").matches(":popover-open")) this.list();
    else if (isMore) this.say();
  }

  show(unread) {
    this.unread = unread;
    const count = this.part("count");
    count.textContent = unread > MOST ? `${MOST}+` : String(unread);
    count.hidden = this.part("read").hidden = !unread;
    this.part("label").textContent = this.words.say(unread ? "notifications-unread" : "notifications", {
      count: unread,
    });
  }

  say() {
    if (performance.now() - this.spokenAt < SPOKEN_APART) return;
    this.spokenAt = performance.now();
    this.spoken.news();
  }

  async list() {
    const found = await request("GET", `/api/v1/notifications?limit=${SHOWN}`).catch(() => null);
    this.part("loading").hidden = true;
    this.part("failed").hidden = Boolean(found);
    this.part("none").hidden = !found || found.results.length > 0;
    this.part("list").hidden = !found?.results.length;
    if (found) this.part("list").replaceChildren(...found.results.map((each) => line(each)));
  }

  async readAll() {
    const found = await request("POST", "/api/v1/notifications/read", { body: {} }).catch(() => null);
    if (!found) return;
    this.part("button").focus(); // the pressed button goes
    this.show(found.unread);
    await this.list();
  }
}

function line({ sentence, about, url, created_at: createdAt, is_read: isRead }) {
  const item = cloneTemplate("news-template");
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  item.toggleAttribute("data-unread", !isRead);
  item.querySelector("a").href = url;
  if (isRead) part("new").remove();
  part("sentence").textContent = sentence;
  if (about) part("about").append(phrase(about));
  else part("about").remove();
  part("time").dateTime = createdAt;
  part("time").textContent = moment(new Date(createdAt));
  return item;
}

/** Return day and time as the server writes them. */
function moment(at) {
  const { lang } = document.documentElement;
  const place = lang === "he" ? "en-GB" : lang;
  const day = at.toLocaleDateString(place, { day: "2-digit", month: "2-digit", year: "numeric" });
  return `${day} ${at.toLocaleTimeString(place, { hour: "2-digit", minute: "2-digit" })}`;
}
