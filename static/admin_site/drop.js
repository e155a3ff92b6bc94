// Documents that are dropped on the list, or chosen there, each become a document; a refusal stands beside its name.
const root = document.querySelector("[data-module=drop]");
const input = root.querySelector("[data-part=files]");
const list = root.querySelector("[data-part=list]");
const words = root.dataset;

function line(name) {
  const [item, title, state] = ["li", "bdi", "span"].map((kind) => document.createElement(kind));
  title.textContent = name;
  state.textContent = words.waiting;
  item.append(title, " ", state);
  list.append(item);
  return { item, state };
}

async function send(file) {
  const body = new FormData();
  body.append("file", file);
  const headers = {
    Accept: "application/json",
    "Accept-Language": document.documentElement.lang,
    "X-CSRFToken": root.querySelector("input[name=csrfmiddlewaretoken]").value,
  };
  const answer = await fetch(words.address, { method: "POST", headers, body });
  if (answer.ok) return "";
  const said = await answer.json().catch(() => ({}));
  return said.message || words.away;
}

async function take(file, { item, state }) {
  state.textContent = words.sending;
  const refused = await send(file).catch(() => words.away);
  item.className = refused ? "drop__refused" : "drop__added";
  state.textContent = refused || words.added;
  return !refused;
}

// One after the other: what comes first stands first, and a slow line is not divided.
async function takeAll(files) {
  const waiting = [...files].map((file) => [file, line(file.name)]);
  root.setAttribute("aria-busy", "true");
  let added = 0;
  for (const [file, shown] of waiting) added += await take(file, shown);
  root.removeAttribute("aria-busy");
  if (added === waiting.length) location.reload();
  else if (added) root.querySelector("[data-part=reload]").hidden = false;
}

function mark(over) {
  root.classList.toggle("drop--over", over);
}

root.addEventListener("dragover", (event) => {
  event.preventDefault();
  mark(true);
});
root.addEventListener("dragleave", () => mark(false));
root.addEventListener("drop", (event) => {
  event.preventDefault();
  mark(false);
  takeAll(event.dataTransfer.files);
});
input.addEventListener("change", () => {
  takeAll([...input.files]);
  input.value = "";
});
