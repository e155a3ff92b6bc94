/** Entrance: gives every module its root on the page. */

import { Chat } from "./chat/chat.js";
import { mountShared } from "./chat/shared.js";
import { mountMenus } from "./lib/menu.js";

for (const root of document.querySelectorAll("[data-module=chat]")) new Chat(root).start();
for (const root of document.querySelectorAll("[data-module=shared]")) mountShared(root);
mountMenus(document);
