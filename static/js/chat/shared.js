/** A colleague's conversation, which is only read: its sources open beside it. */

import { Words } from "../lib/dom.js";
import { Sources } from "./sources.js";

export function mountShared(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const words = new Words(document.getElementById("chat-words"));
  new Sources(root, { words, panel: part("panel"), behind: [part("column")] }).serve();
}
