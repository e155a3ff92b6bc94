"""What the chat page costs its reader, measured in Chromium: bytes, time until it is painted and interactive,
layout shift, and the work of showing 200 tokens a second beneath 200 messages.

    .venv/bin/python -m bench.chat_page            starts a product of its own and prints a table

Times are medians of several loads with nothing kept, each in a new window that has come to rest: while a
window opens, Chromium fills its own frame on the same processors, with an address bar made of hundreds of
scripts. The page is interactive when its script listens to everything on it. The profiles slow down what
this machine is: its own processor is the "desktop".
"""

import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.e2e.documents import DOCUMENTS, ORGANIZATION
from tests.e2e.servers import Person, Product

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
PROFILES = {  # round trip in ms, bytes per second, slow-down of the processor
    "desktop": (40, 10_000_000 / 8, 1),
    "phone": (150, 1_600_000 / 8, 4),
}
LOADS = 7
REST = 2000  # milliseconds until a new window's own frame is there
TOKENS, TOKENS_PER_SECOND, MESSAGES = 1000, 200, 200

OBSERVE = """
globalThis.seen = {tasks: [], shift: 0, moved: [], frames: 0};
const count = () => { seen.frames += 1; requestAnimationFrame(count); };
requestAnimationFrame(count);
new PerformanceObserver((list) => {
  for (const {duration} of list.getEntries()) seen.tasks.push(Math.round(duration));
}).observe({type: "longtask", buffered: true});
new PerformanceObserver((list) => {
  for (const {value, hadRecentInput, sources} of list.getEntries()) {
    if (hadRecentInput) continue;
    seen.shift += value;
    // Words that wrap while they are written count as moved, too: what went up or down is told apart.
    const rose = sources.filter(({previousRect, currentRect}) => previousRect.y !== currentRect.y);
    seen.moved.push(...rose.map(({node}) => node?.className ?? node?.nodeValue?.trim() ?? ""));
  }
}).observe({type: "layout-shift", buffered: true});
new MutationObserver(() => {
  const chat = document.querySelector("[data-module=chat]");
  if (chat && "ready" in chat.dataset) seen.interactive ??= performance.now();
}).observe(document, {subtree: true, childList: true, attributes: true});
"""

_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"

# Fills the log, and leaves the place of one more answer in `streamed`.
_FILL = """async (messages) => {
  const js = (name) => import(`/static/js/${name}.js`);
  const [{MessageLog}, {Dresser}, {Words}, {loadMarkdown}] = await Promise.all([
    js("chat/log"), js("chat/dress"), js("lib/dom"), js("markdown/load")]);
  await loadMarkdown();
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const words = new Words(document.getElementById("chat-words"));
  const dresser = new Dresser({words, status: part("status")});
  const log = new MessageLog(part("log"), {words, dresser, jump: part("jump")});
  const sentence = "**מכסת החופשה** היא 21 ימים לאחר חמש שנות ותק, לפי `Workday`. [1] ";
  const citations = [{number: 1, passage_id: "p", document_title: "נוהל חופשות", quote: "21 ימים", start: 0}];
  const ended = {status: "complete", citations, confidence_level: "high"};
  for (let count = 0; count < messages / 2; count += 1) {
    const text = `${sentence.repeat(3)}\\n\\n- ${sentence}\\n- א`;
    await log.addTurn("כמה ימי חופשה מגיעים?").finish({...ended, text});
  }
  globalThis.streamed = {view: log.addTurn("ובקיצור?"), sentence, ended};
  await new Promise((done) => setTimeout(done, 500));
}"""

_STREAM = """async ({tokens, rate}) => {
  const {view, sentence, ended} = streamed;
  seen.tasks.length = 0;
  seen.shift = 0;
  seen.moved.length = 0;
  const frames = seen.frames;
  const table = "| א | ב |\\n|---|---|\\n| 1 | 2 |";
  const pieces = `${sentence.repeat(4)}\\n\\n${table}\\n\\n- ${sentence}\\n\\n`.match(/\\S+\\s*/gu);
  const begun = performance.now();
  for (let at = 0; at < tokens; ) {
    const due = Math.min(tokens, ((performance.now() - begun) * rate) / 1000);
    for (; at < due; at += 1) view.write(pieces[at % pieces.length]);
    await new Promise((done) => setTimeout(done, 5));
  }
  await view.finish({...ended, text: view.text});
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)));
  const {tasks, shift, moved} = seen;
  const seconds = (performance.now() - begun) / 1000;
  return {seconds, tasks, shift, moved, frames: seen.frames - frames};
}"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="sicha-bench-") as home, Product(Path(home)) as product:
        person = product.organization(ORGANIZATION, DOCUMENTS)
        measure(product.url, person)


def measure(url: str, person: Person) -> None:
    """Print the figures of the page at that address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        context = browser.new_context(locale="he-IL")
        page = context.new_page()
        page.goto(f"{url}/")
        page.locator("input[name=username]").fill(person.username)
        page.locator("input[name=password]").fill(person.password)
        page.locator("main form button").last.click()
        page.locator('.connection[data-state="ready"]').wait_for(state="attached")
        state = context.storage_state()
        for name in PROFILES:
            loads = []
            for _ in range(LOADS):
                fresh = browser.new_context(locale="he-IL", storage_state=state)
                loads.append(load(fresh.new_page(), url, name))
                fresh.close()
            print(f"{name:8}", summary(loads), flush=True)
        print("stream  ", stream(browser.new_context(locale="he-IL", storage_state=state).new_page(), url))
        browser.close()


def summary(loads: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the medians of the times, the range of the interactive ones, and the worst of the rest."""
    names = ("painted", "interactive")
    times = {name: round(statistics.median(one[name] for one in loads)) for name in names}
    interactive = sorted(one["interactive"] for one in loads)
    return {
        **times,
        "from": interactive[0],
        "to": interactive[-1],
        **{name: max(one[name] for one in loads) for name in ("kB", "requests", "shift", "longest_task")},
    }


def load(page: Page, url: str, profile: str) -> dict[str, Any]:
    """Open the page once, with nothing kept, on that profile."""
    session = page.context.new_cdp_session(page)
    round_trip, throughput, slow_down = PROFILES[profile]
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.send("Network.enable")
    limits = {"latency": round_trip, "downloadThroughput": throughput, "uploadThroughput": throughput}
    session.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    session.send("Emulation.setCPUThrottlingRate", {"rate": slow_down})
    page.add_init_script(OBSERVE)
    page.wait_for_timeout(REST)
    page.goto(f"{url}/")
    page.locator('.connection[data-state="ready"]').wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    seen = page.evaluate("seen")
    return {
        "kB": round(sum(received) / 1000, 1),
        "requests": len(received),
        "painted": round(page.evaluate(_PAINTED)),
        "interactive": round(seen["interactive"]),
        "shift": round(seen["shift"], 4),
        "longest_task": max(seen["tasks"], default=0),
    }


def stream(page: Page, url: str) -> dict[str, Any]:
    """Let an answer of many tokens grow beneath many messages, and count what that takes."""
    page.add_init_script(OBSERVE)
    page.goto(f"{url}/")
    page.locator('.connection[data-state="ready"]').wait_for(state="attached")
    seen = stream_into(page)
    return {**seen, "layouts_per_second": round(seen["layouts"] / seen["seconds"])}


def stream_into(page: Page, *, tokens: int = TOKENS) -> dict[str, Any]:
    """Stream into an open page: its `seconds`, long `tasks`, `shift`, `frames` and `layouts`."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate(_FILL, MESSAGES)
    before = _layouts(session)
    seen: dict[str, Any] = page.evaluate(_STREAM, {"tokens": tokens, "rate": TOKENS_PER_SECOND})
    return {**seen, "layouts": _layouts(session) - before}


def _layouts(session: CDPSession) -> int:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(int(metric["value"]) for metric in metrics if metric["name"] == "LayoutCount")


if __name__ == "__main__":
    main()
