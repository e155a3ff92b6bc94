// Keeps the status of documents that are being indexed up to date, in the list and on a document's page.
const EVERY_MS = 2000;
const MOST_AT_ONCE = 100;
const address = document.querySelector("script[data-progress]").dataset.progress;

function waiting() {
  return [...document.querySelectorAll('[data-document][data-state=""]')].slice(0, MOST_AT_ONCE);
}

async function states(cells) {
  const wanted = new URLSearchParams(cells.map((cell) => ["id", cell.dataset.document]));
  const answer = await fetch(`${address}?${wanted}`, { headers: { Accept: "application/json" } });
  // Who is no longer signed in is led to the login page.
  if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
  return answer.json();
}

function show(cell, state) {
  if (state) cell.textContent = state.text;
  if (!state || state.settled) cell.dataset.state = "settled";
}

async function follow() {
  const cells = waiting();
  if (cells.length === 0) return;
  let delay = EVERY_MS;
  if (!document.hidden) {
    try {
      const found = await states(cells);
      for (const cell of cells) show(cell, found[cell.dataset.document]);
    } catch {
      delay = 10 * EVERY_MS; // away: the words on the page stay as they are
    }
  }
  setTimeout(follow, delay);
}

setTimeout(follow, EVERY_MS);
