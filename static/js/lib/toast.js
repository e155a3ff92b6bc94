/** Short words at the edge of the page, with a way back where there is one. */

import { endsSession } from "./api.js";
import { cloneTemplate } from "./dom.js";

const SHOWN_FOR = 10_000;

export class Toasts {
  /** @param {HTMLElement} place a polite status region */
  constructor(place) {
    this.place = place;
  }

  /** Come above drawers and dialogs, whichever opened last; not before there is something to say: it costs a layout. */
  rise() {
    this.place.popover = "manual";
    if (this.place.matches(":popover-open")) this.place.hidePopover();
    this.place.showPopover();
  }

  /** Say why something was refused. That nobody is logged in any more is said by the page, beside the way back in. */
  sayWhy(error, words) {
    if (!endsSession(error.code)) this.say(error.message || words.say("not-done"));
  }

  /** Say something; with `undo`, offer it until the words go. The pointer or the focus on them makes them stay. */
  say(text, undo = null) {
    const toast = cloneTemplate("toast-template");
    toast.querySelector("[data-part=text]").textContent = text;
    const action = toast.querySelector("[data-part=action]");
    const leave = () => (toast.matches(":hover, :focus-within") ? wait() : toast.remove());
    const wait = () => setTimeout(leave, SHOWN_FOR);
    if (undo) {
      action.addEventListener("click", () => {
        toast.remove();
        undo();
      });
    } else {
      action.remove();
    }
    this.rise();
    this.place.replaceChildren(toast);
    wait();
  }
}
