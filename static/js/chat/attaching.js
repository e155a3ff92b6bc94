/** The ways a file comes into the conversation: the button, dropped on the page, pasted. What it then needs is fetched. */

const DRAGS_FILES = "Files";

export class Attaching {
  /** @param {{root: HTMLElement}} chat the whole page, as `chat.js` has it */
  constructor(chat) {
    const { root } = chat;
    this.root = root;
    this.chat = chat;
    this.files = null;
    this.loading = null;
    this.depth = 0;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.zone = part("drop-zone");
    this.picker = part("file-picker");
    this.list = part("files");
    if (this.picker) this.listen(part("column"), part("composer"));
    if (this.list.children.length) this.load();
  }

  listen(column, composer) {
    this.root.querySelector("[data-action=attach]").addEventListener("click", () => this.picker.click());
    this.picker.addEventListener("change", () => {
      this.take([...this.picker.files]);
      this.picker.value = "";
    });
    composer.addEventListener("paste", (event) => this.pasted(event));
    column.addEventListener("dragenter", (event) => this.dragged(event, 1));
    column.addEventListener("dragleave", (event) => this.dragged(event, -1));
    column.addEventListener("dragover", (event) => isOfFiles(event) && event.preventDefault());
    column.addEventListener("drop", (event) => this.dropped(event));
  }

  /** Whether a question that is asked now should wait for files. */
  get areComing() {
    return Boolean(this.files?.areComing);
  }

  /** Take an `event` of the socket about a file of this conversation. */
  changed() {
    this.load().then((files) => files.refresh());
  }

  /** A picture is pasted as a file; words that come with a picture of them are what was meant. */
  pasted(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.take([...files]);
  }

  dragged(event, step) {
    if (!isOfFiles(event)) return;
    event.preventDefault();
    this.depth = Math.max(0, this.depth + step);
    this.zone.hidden = !this.depth;
  }

  dropped(event) {
    this.depth = 0;
    this.zone.hidden = true;
    if (!isOfFiles(event)) return;
    event.preventDefault();
    this.take([...event.dataTransfer.files]);
  }

  async take(files) {
    if (files.length) (await this.load()).add(files);
  }

  /** What the files need of the page: a question waits for them, the first one may begin the conversation. */
  page() {
    const { chat } = this;
    return {
      words: chat.words,
      status: chat.spoken.status,
      history: chat.history,
      isBeginning: () => chat.waiting.size > 0 && !chat.history.conversationId,
      onBegin: (conversationId) => {
        for (const name of ["draft:new", "queue:new"]) chat.store.remove(name);
        chat.history.begin(conversationId);
        chat.composer.keepDraft();
        chat.queue.keep();
      },
      onChange: () => this.note(),
      onSettled: (allWell) => {
        if (chat.current) return;
        if (allWell) chat.askNext();
        else chat.composer.giveBack(chat.queue.takeAll());
        this.note();
      },
    };
  }

  /** Say beneath the questions that wait what they wait for. */
  note() {
    this.root.querySelector("[data-part=queue-note]").hidden = !this.areComing || this.chat.queue.isEmpty;
  }

  async load() {
    this.loading ??= import("./files.js");
    try {
      const { ConversationFiles } = await this.loading;
      this.files ??= new ConversationFiles(this.list, this.page());
    } catch (error) {
      this.loading = null; // the next attempt fetches it again
      throw error;
    }
    return this.files;
  }
}

function isOfFiles(event) {
  return event.dataTransfer?.types.includes(DRAGS_FILES) ?? false;
}
