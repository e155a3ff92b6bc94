/** Sending a question without a clear answer to the managers, once. */

import { request } from "../lib/api.js";

/** @param {{words: import("../lib/dom.js").Words, toasts: import("../lib/toast.js").Toasts}} page */
export async function refer(button, answer, { words, toasts }) {
  button.disabled = true;
  try {
    await request("POST", `/api/v1/answers/${answer.dataset.answerId}/refer`);
  } catch (error) {
    toasts.sayWhy(error, words);
    button.disabled = false;
    return;
  }
  const said = answer.querySelector("[data-part=referred]");
  said.hidden = false;
  said.focus();
  button.hidden = answer.querySelector("[data-part=refer-note]").hidden = true;
}
