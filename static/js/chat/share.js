/** The dialog by which a conversation is shown to colleagues, and hidden from them again. */

import { request } from "../lib/api.js";
import { copyText } from "../lib/clipboard.js";
import { make } from "../lib/dom.js";
import { phrase } from "../lib/isolation.js";

// Nobody else could open what was said since; what was shared before stays as it is.
const UNSHARABLE = new Set(["rests_on_private_files", "sources_gone"]);

export class ShareDialog {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("../lib/dom.js").Words} words
   */
  constructor(dialog, words) {
    this.dialog = dialog;
    this.words = words;
    this.url = "";
    this.through = "";
    dialog.addEventListener("click", (event) => {
      const name = event.target.closest("[data-do]")?.dataset.do;
      if (name === "copy") this.guarded(() => this.copy());
      else if (name === "unshare") this.guarded(() => this.unshare());
    });
  }

  /** Show how the conversation at this REST address is shared; shown is the branch `through` a message, if any. */
  async open(url, through = "") {
    this.url = `${url}/share`;
    this.through = through;
    this.show(null);
    this.said("");
    this.dialog.showModal();
    await this.guarded(async () => this.show(await request("GET", this.url)));
  }

  async copy() {
    let word = "copied";
    try {
      this.show(await request("PUT", this.url, { body: { through: this.through || null } }));
    } catch (error) {
      if (!this.address.value || !UNSHARABLE.has(error.code)) throw error;
      word = "copied-earlier";
    }
    this.address.select();
    this.said((await copyText(this.address.value)) ? word : "address-ready");
  }

  async unshare() {
    await request("DELETE", this.url);
    this.show(null);
    this.said("unshared");
  }

  get address() {
    return this.dialog.querySelector("#share-address");
  }

  show(share) {
    this.address.value = share ? new URL(share.url, location.href).href : "";
    for (const name of ["shared", "unshare"]) this.part(name).hidden = !share;
    this.part("copy").textContent = this.words.say(share ? "copy-address" : "create-address");
  }

  said(word) {
    this.part("said").textContent = word && this.words.say(word);
  }

  async guarded(work) {
    this.part("problem").hidden = true;
    try {
      await work();
    } catch (error) {
      this.part("problem").hidden = false;
      this.part("problem").replaceChildren(
        make("span", {}, error.message || this.words.say("not-done")),
        ...(error.details?.files ?? []).map((name) => make("span", {}, phrase(name))),
      );
    }
  }

  part(name) {
    return this.dialog.querySelector(`[data-part="${name}"]`);
  }
}
