/** Entrance: gives every module its root on the page. */

import { Chat } from "./chat/chat.js";
import { mountMenus } from "./lib/menu.js";

for (const root of document.querySelectorAll("[data-module=chat]")) new Chat(root).start();
mountMenus(document);
