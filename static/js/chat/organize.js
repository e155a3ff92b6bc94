/** What is done with a conversation from its line in the list: pin, rename, share, save, archive, delete. */

import { request } from "../lib/api.js";
import { PopoverMenu } from "../lib/popover.js";

export class ConversationActions {
  /**
   * @param {import("./list.js").ConversationList} list
   * @param {{words: import("../lib/dom.js").Words, toasts: import("../lib/toast.js").Toasts, onChange: (item: object) => void,
   *   onLeave: (id: string) => void, shownEnd: (id: string) => string}} page `onChange` gets every changed conversation,
   *   `onLeave` each that is gone; `shownEnd` names the message that the shown branch ends with, "" for the latest one
   */
  constructor(list, { words, toasts, onChange, onLeave, shownEnd }) {
    this.list = list;
    this.words = words;
    this.toasts = toasts;
    this.onChange = onChange;
    this.onLeave = onLeave;
    this.shownEnd = shownEnd;
    this.menu = new PopoverMenu(document.getElementById("conversation-menu"));
    this.sharing = null;
    this.dialog = document.getElementById("rename-dialog");
    this.line = null;
    this.deletingId = "";
    this.listen();
  }

  get id() {
    return this.line.dataset.conversationId;
  }

  get url() {
    return `/api/v1/conversations/${this.id}`;
  }

  listen() {
    this.menu.menu.addEventListener("click", (event) => {
      const item = event.target.closest("[role=menuitem]");
      if (!item) return;
      this.menu.close();
      if (item.dataset.do) this.act(item.dataset.do);
    });
    this.dialog.addEventListener("submit", (event) => this.submitted(event));
  }

  /** Open the menu of the line that `opener` stands in. */
  open(opener) {
    this.line = opener.closest("[data-conversation-id]");
    const { menu } = this.menu;
    const isPinned = "pinned" in this.line.dataset;
    for (const [name, isShown] of Object.entries({
      pinned: isPinned,
      loose: !isPinned,
      archived: this.list.isArchive,
      current: !this.list.isArchive,
    })) {
      for (const word of menu.querySelectorAll(`[data-when="${name}"]`)) word.hidden = !isShown;
    }
    const through = this.shownEnd(this.id);
    for (const link of menu.querySelectorAll("[data-export]")) {
      const wanted = new URLSearchParams({ type: link.dataset.export, ...(through ? { through } : {}) });
      link.href = `${this.url}/export?${wanted}`;
    }
    this.menu.open(opener);
  }

  act(name) {
    if (name === "rename") this.askForName();
    else if (name === "share") this.share(this.id);
    else if (name === "pin") this.change({ pinned: !("pinned" in this.line.dataset) });
    else if (name === "archive") this.archive(!this.list.isArchive);
    else if (name === "delete") this.delete();
  }

  async share(id) {
    const { ShareDialog } = await import("./share.js");
    this.sharing ??= new ShareDialog(document.getElementById("share-dialog"), this.words);
    await this.sharing.open(`/api/v1/conversations/${id}`, this.shownEnd(id));
  }

  askForName() {
    const field = this.dialog.querySelector("[name=title]");
    field.value = this.line.querySelector("[data-part=title]").textContent.trim();
    this.problem("");
    this.dialog.showModal();
    field.select();
  }

  async submitted(event) {
    if (event.submitter?.value !== "save") return;
    event.preventDefault();
    const title = this.dialog.querySelector("[name=title]").value;
    try {
      this.changed(await request("PATCH", this.url, { body: { title } }));
      this.dialog.close();
    } catch (error) {
      this.problem(error.message || this.words.say("not-done"));
    }
  }

  problem(sentence) {
    const place = this.dialog.querySelector("[data-part=problem]");
    place.hidden = !sentence;
    place.textContent = sentence;
  }

  /** Change a property; returns whether that was possible. */
  async change(changes, url = this.url) {
    try {
      this.changed(await request("PATCH", url, { body: changes }));
      return true;
    } catch (error) {
      this.toasts.sayWhy(error, this.words);
      return false;
    }
  }

  changed(item) {
    this.list.put(item);
    this.onChange(item);
  }

  async archive(archived) {
    const { id, url } = this;
    const focusBeside = this.list.beside(id);
    const isDone = await this.change({ archived });
    if (!isDone) return;
    focusBeside();
    if (!archived) return;
    this.toasts.say(this.words.say("archived"), async () => {
      await this.change({ archived: false }, url);
      this.list.focus(id);
    });
  }

  async delete() {
    const { id, url } = this;
    const focusBeside = this.list.beside(id);
    this.deletingId = id; // the server tells all tabs of it, and this one as well
    try {
      await request("DELETE", url);
      this.list.remove(id);
      focusBeside();
      this.toasts.say(this.words.say("deleted"), () => this.restore(id, url));
      this.onLeave(id);
    } catch (error) {
      this.toasts.sayWhy(error, this.words);
    }
  }

  async restore(id, url) {
    try {
      this.changed(await request("POST", `${url}/restore`));
      this.list.focus(id);
      this.toasts.say(this.words.say("restored"));
    } catch (error) {
      this.toasts.sayWhy(error, this.words);
    }
  }
}
