/** What the modules of our pages share: one file when static files are collected (config/script_packs.py). */

import "./lib/api.js";
import "./lib/clipboard.js";
import "./lib/direction.js";
import "./lib/dom.js";
import "./lib/isolation.js";
import "./lib/menu.js";
import "./lib/moments.js";
import "./lib/passage.js";
import "./lib/runs.js";
import "./lib/socket.js";
import "./lib/text.js";
import "./lib/theme.js";
import "./lib/toast.js";
