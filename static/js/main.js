/** Entrance: gives every module its root on the page. */

import { Bell } from "./chat/bell.js";
import { Chat } from "./chat/chat.js";
import { mountShared } from "./chat/shared.js";
import { mountMenus } from "./lib/menu.js";
import { mountThemes } from "./lib/theme.js";

for (const root of document.querySelectorAll("[data-module=chat]")) {
  const chat = new Chat(root);
  new Bell(root.querySelector("[data-part=bell]"), chat);
  chat.start();
}
for (const root of document.querySelectorAll("[data-module=shared]")) mountShared(root);
document.querySelector("[data-action=print]")?.addEventListener("click", () => print());
mountMenus(document);
mountThemes(document);
// Only to say that there is no network: see worker/offline.js.
addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => null));
