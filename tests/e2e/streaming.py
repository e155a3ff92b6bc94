"""Texts streamed into a page by its own modules, one character at a time, and where their letters stand."""

import json
from typing import Any, Protocol


class Evaluating(Protocol):
    """A page of any browser, as far as a streamed text needs it."""

    def evaluate(self, expression: str, arg: Any = None, /) -> Any: ...


# Adds a place for an answer, streams into it, and calls `look(place)` after every character and at the end.
_STREAM = """async ({text, message}) => {
  const [{AnswerText}, {loadMarkdown}] = await Promise.all([
    import("/static/js/chat/render.js"), import("/static/js/markdown/load.js")]);
  const place = document.createElement("div");
  place.className = "answer__text";
  document.querySelector("[data-part=log]").append(place);
  const answer = new AnswerText(place, await loadMarkdown());
  const look = LOOK;
  const seen = [];
  const characters = [...text];
  for (let count = 1; count <= characters.length; count += 1) {
    answer.grow(characters.slice(0, count).join(""));
    seen.push(look(place));
  }
  const {citations = [], documents = []} = message ?? {};
  answer.finish(text, {id: "m", label: (number, title) => `${number}: ${title}`,
    citations: new Map(citations), documents: new Map(documents)});
  seen.push(look(place));
  document.querySelectorAll("[data-streamed]").forEach((old) => old.remove());
  place.dataset.streamed = "";
  return seen;
}"""

# Where the characters of `wanted` stand: [left, right, top] of each, or null.
_PLACES = """(wanted) => {
  const place = document.querySelector("[data-streamed]");
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  const letters = [];
  while (walker.nextNode()) {
    for (let at = 0; at < walker.currentNode.length; at += 1) letters.push([walker.currentNode, at]);
  }
  const start = letters.map(([node, at]) => node.data[at]).join("").indexOf(wanted);
  if (start < 0) return null;
  return letters.slice(start, start + wanted.length).map(([node, at]) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const {left, right, top} = range.getClientRects()[0] ?? range.getBoundingClientRect();
    return [left, right, top];
  });
}"""

# On which side the last block's first word stands.
_SIDE = """(place) => {
  const block = place.lastElementChild;
  if (!block) return null;
  const node = document.createTreeWalker(block, NodeFilter.SHOW_TEXT).nextNode();
  if (!node) return null;
  const range = document.createRange();
  range.setStart(node, 0);
  range.setEnd(node, /^\\s*\\S+/.exec(node.data)?.[0].length ?? node.length);
  const [word, box] = [range.getBoundingClientRect(), block.getBoundingClientRect()];
  return box.right - word.right < word.left - box.left ? "rtl" : "ltr";
}"""


# How far from the left the characters stand that have come of RUN; null where a sign is the last of them.
_LEFTS = """(place) => {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  const letters = [];
  while (walker.nextNode()) {
    for (let at = 0; at < walker.currentNode.length; at += 1) letters.push([walker.currentNode, at]);
  }
  const text = letters.map(([node, at]) => node.data[at]).join("");
  let end = RUN.length;
  while (!text.includes(RUN.slice(0, end))) end -= 1;
  if (!/[0-9A-Za-z]$/.test(RUN.slice(0, end))) return null;
  const start = text.indexOf(RUN.slice(0, end));
  return letters.slice(start, start + end).map(([node, at]) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect().left;
  });
}"""


class StreamedText:
    """A text on the page, streamed one character at a time."""

    def __init__(self, page: Evaluating, text: str, *, look: str = "", **message: Any) -> None:
        self.page = page
        script = _STREAM.replace("LOOK", look or "() => null")
        self.seen: list[Any] = page.evaluate(script, {"text": text, "message": message})

    @classmethod
    def with_sides(cls, page: Evaluating, text: str) -> "StreamedText":
        """Return a text of one block, with the side of its first word after every character in `seen`."""
        return cls(page, text, look=_SIDE)

    @classmethod
    def with_run(cls, page: Evaluating, text: str, run: str) -> "StreamedText":
        """Return a text with how far from the left the letters of its run stood after every character."""
        return cls(page, text, look=_LEFTS.replace("RUN", json.dumps(run)))

    def places(self, wanted: str) -> list[tuple[float, float, float]]:
        """Return (left, right, top) of each character of a part of the text."""
        found = self.page.evaluate(_PLACES, wanted)
        assert found is not None, f"{wanted!r} is not shown"
        return [tuple(place) for place in found]

    def span(self, wanted: str) -> tuple[float, float]:
        """Return how far to the left and to the right a part of the text reaches."""
        places = self.places(wanted)
        return min(left for left, _, _ in places), max(right for _, right, _ in places)
