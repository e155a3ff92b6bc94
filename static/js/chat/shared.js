/** A colleague's conversation, which is only read: its sources open beside it. */

import { Words } from "../lib/dom.js";
import { PassagePanel } from "./citations.js";

export function mountShared(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const panel = new PassagePanel(part("panel"), {
    words: new Words(document.getElementById("chat-words")),
    urlOf: (passageId) => root.dataset.passageUrl.replace("00000000-0000-0000-0000-000000000000", passageId),
    behind: [part("column")],
  });
  panel.serve(root);
}
