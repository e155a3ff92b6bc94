/** The private files of the open conversation: sent one after the other, watched until they are read, taken out again. */

import { ApiError, request, upload } from "../lib/api.js";
import { FileLine } from "./file_line.js";

const LOOK_AFTER = 1500;
const LOOK_AT_MOST = 10_000;
const A_MOMENT = 200;

export class ConversationFiles {
  /**
   * @param {HTMLElement} list
   * @param {{words: import("../lib/dom.js").Words, status: HTMLElement, history: import("./history.js").ConversationHistory,
   *   isBeginning: () => boolean, onBegin: (conversationId: string) => void, onChange: () => void, onSettled: (allWell: boolean) => void}} page
   *   `onBegin` is told of the conversation that the first file began, `onSettled` when nothing is on its way any more
   */
  constructor(list, { words, status, history, isBeginning, onBegin, onChange, onSettled }) {
    this.list = list;
    this.words = words;
    this.status = status;
    this.history = history;
    this.isBeginning = isBeginning;
    this.onBegin = onBegin;
    this.onChange = onChange;
    this.onSettled = onSettled;
    this.beginning = null;
    this.publishing = null;
    this.sending = Promise.resolve();
    this.timer = 0;
    this.pause = LOOK_AFTER;
    this.lines = [...list.children].map((element) => FileLine.of(element, this.words));
    this.failed = new Set(this.lines.filter((line) => line.hasFailed));
    this.wasComing = this.areComing;
    list.addEventListener("click", (event) => this.clicked(event));
    this.show();
  }

  get areComing() {
    return this.lines.some((line) => line.isComing);
  }

  get address() {
    return `/api/v1/conversations/${this.history.conversationId}/files`;
  }

  /** Send files that somebody chose, dropped or pasted. */
  add(files) {
    for (const file of files) {
      const line = FileLine.new(file, this.words);
      this.lines.push(line);
      this.list.append(line.element);
      this.send(line);
    }
    this.show();
    this.lines.at(-1).element.scrollIntoView({ block: "nearest" });
  }

  send(line) {
    line.sending();
    this.sending = this.sending.then(() => this.sendNow(line));
  }

  async sendNow(line) {
    if (!this.lines.includes(line)) return;
    try {
      line.check(Number(this.list.dataset.maxBytes), this.list.dataset.types.split(","));
      await this.begun();
      const body = new FormData();
      body.append("file", line.file, line.file.name);
      const sent = await upload(this.address, body, {
        signal: line.signal,
        onProgress: (share) => line.sent(share),
      });
      line.tell(sent);
    } catch (error) {
      if (error.name !== "AbortError") {
        line.fail(error instanceof ApiError ? error : new ApiError(0), this.words);
      }
    }
    this.show();
  }

  /** Begin the conversation where the first file comes before the first question. */
  async begun() {
    // A question that was just asked is beginning it: its answer says where.
    while (this.isBeginning()) await new Promise((later) => setTimeout(later, A_MOMENT));
    if (this.history.conversationId) return;
    this.beginning ??= request("POST", "/api/v1/conversations", { body: {} });
    try {
      const { id } = await this.beginning;
      if (!this.history.conversationId) this.onBegin(id);
    } finally {
      this.beginning = null;
    }
  }

  async clicked(event) {
    const button = event.target.closest("[data-action]");
    const line = button && this.lines.find(({ element }) => element.contains(button));
    if (!line) return;
    if (button.dataset.action === "remove-file") await this.remove(line);
    else if (button.dataset.action === "retry-file") await this.retry(line);
    else if (button.dataset.action === "accept-file") await this.ask(line, "accept");
    else if (button.dataset.action === "publish-file") await this.publish(line);
    this.show();
  }

  /** Take a file out; of one that can be asked about, whether it shall go for good is asked first. */
  async remove(line) {
    if (line.isKept && !(await confirmed(document.getElementById("remove-file-dialog"), line.name))) return;
    line.abort();
    try {
      if (line.id) await request("DELETE", `${this.address}/${line.id}`);
    } catch (error) {
      if (error.status !== 404) {
        line.fail(error, this.words);
        return;
      }
    }
    const next = line.element.nextElementSibling ?? line.element.previousElementSibling;
    this.lines = this.lines.filter((other) => other !== line);
    line.element.remove();
    this.status.textContent = this.words.say("file-removed", { name: line.name });
    (
      next?.querySelector("[data-action=remove-file]") ?? document.querySelector("[data-action=attach]")
    ).focus();
  }

  async retry(line) {
    if (line.id) await this.ask(line, "retry");
    else this.send(line);
  }

  async ask(line, what) {
    try {
      line.tell(await request("POST", `${this.address}/${line.id}/${what}`));
    } catch (error) {
      line.fail(error, this.words);
    }
  }

  async publish(line) {
    const { PublishDialog } = await import("./publish.js");
    this.publishing ??= new PublishDialog(document.getElementById("publish-dialog"), this.words);
    const said = this.words.say("file-published");
    this.publishing.open(`${this.address}/${line.id}`, line.name, () => {
      line.published(said);
      this.status.textContent = said;
    });
  }

  /** Look at what the server says of the files; what came or went in another tab comes or goes here. */
  async refresh() {
    if (!this.history.conversationId) return;
    try {
      const { results } = await request("GET", this.address);
      this.bring(results);
    } catch {
      // The next look, or the next event, says it.
    }
    this.show();
  }

  bring(files) {
    const there = new Set(files.map(({ id }) => id));
    for (const line of this.lines) if (line.id && !there.has(line.id)) line.element.remove();
    this.lines = this.lines.filter((line) => !line.id || there.has(line.id));
    for (const file of files) {
      let line = this.lines.find(({ id }) => id === file.id);
      // One whose answer has not come yet will be told of itself.
      if (!line && this.lines.some(({ isSending }) => isSending)) continue;
      if (!line) {
        line = FileLine.new(file, this.words);
        this.lines.push(line);
        this.list.append(line.element);
      }
      line.tell(file);
    }
  }

  show() {
    this.list.hidden = !this.lines.length;
    const areComing = this.areComing;
    this.reveal();
    this.onChange();
    if (this.wasComing && !areComing) this.settled();
    this.wasComing = areComing;
    clearTimeout(this.timer);
    this.pause = this.lines.some((line) => line.isBeingRead)
      ? Math.min(this.pause * 1.3, LOOK_AT_MOST)
      : LOOK_AFTER;
    if (this.lines.some((line) => line.isBeingRead)) {
      this.timer = setTimeout(() => this.refresh(), this.pause);
    }
  }

  /** Bring a file into view that just failed: with many, it may stand where the list is scrolled away. */
  reveal() {
    const failed = this.lines.filter((line) => line.hasFailed);
    const first = failed.find((line) => !this.failed.has(line));
    this.failed = new Set(failed);
    first?.element.scrollIntoView({ block: "nearest" });
  }

  settled() {
    const ready = this.lines.filter((line) => line.isReady).length;
    const failed = this.lines.length - ready;
    const said = [
      ready && this.words.say("files-ready", { count: ready }),
      failed && this.words.say("files-failed", { count: failed }),
    ];
    this.status.textContent = said.filter(Boolean).join(" ");
    this.onSettled(failed === 0);
  }
}

/** Ask about the file of that name; returns whether the answer was yes. */
function confirmed(dialog, name) {
  dialog.querySelector("[data-part=name]").textContent = name;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "remove"), { once: true });
  });
}
