/** The dialog by which a manager makes a document of the organization of a private file. */

import { request } from "../lib/api.js";
import { make } from "../lib/dom.js";

export class PublishDialog {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("../lib/dom.js").Words} words
   */
  constructor(dialog, words) {
    this.dialog = dialog;
    this.words = words;
    this.url = "";
    this.onDone = () => {};
    this.departments = null;
    dialog.addEventListener("submit", (event) => this.submitted(event));
  }

  /** Ask who may read the file at this REST address; `onDone` is called once it is a document. */
  async open(url, name, onDone) {
    this.url = url;
    this.onDone = onDone;
    this.part("name").textContent = name;
    this.problem("");
    this.dialog.showModal();
    try {
      this.departments ??= await allDepartments();
      const readers = this.readers;
      readers.length = 1;
      readers.append(...this.departments.map((each) => make("option", { value: each.id }, each.name)));
      readers.value = "";
    } catch (error) {
      this.problem(error.message || this.words.say("not-done"));
    }
  }

  async submitted(event) {
    if (event.submitter?.value !== "publish") return;
    event.preventDefault();
    const department = this.readers.value;
    try {
      await request("POST", `${this.url}/publish`, { body: { departments: department ? [department] : [] } });
      this.dialog.close();
      this.onDone();
    } catch (error) {
      this.problem(error.message || this.words.say("not-done"));
    }
  }

  problem(sentence) {
    this.part("problem").hidden = !sentence;
    this.part("problem").textContent = sentence;
  }

  get readers() {
    return this.dialog.querySelector("select");
  }

  part(name) {
    return this.dialog.querySelector(`[data-part="${name}"]`);
  }
}

async function allDepartments() {
  const found = [];
  let cursor = "";
  do {
    const page = await request("GET", `/api/v1/departments?limit=100${cursor}`);
    found.push(...page.results);
    cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : "";
  } while (cursor);
  return found;
}
