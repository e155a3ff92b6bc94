"""What the page makes of an answer that streams, and the server of the stored one: DOM against DOM."""

import json
import random
from pathlib import Path
from typing import Any

from chatbot.markdown import AnswerContext, render_answer
from tests.e2e.chat import ChatPage
from tests.e2e.streaming import StreamedText

CORPUS = json.loads((Path(__file__).parents[1] / "data" / "markdown.json").read_text(encoding="utf-8"))
MESSAGE = CORPUS["message"]
CONTEXT = AnswerContext(
    id="m",
    citations={int(number): title for number, title in MESSAGE["citations"].items()},
    documents=MESSAGE["documents"],
)
ATOMS = [
    *(
        "שלום",
        "word",
        "**",
        "*",
        "_",
        "`",
        "``",
        "~~",
        "[1]",
        "[9]",
        "[",
        "](",
        ")",
        " ",
        "  ",
        ".",
        ":",
        "|",
    ),
    *(
        "\n",
        "\n\n",
        "\n- ",
        "\n1. ",
        "\n> ",
        "\n## ",
        "\n```\n",
        "\n---\n",
        "\n|א|ב|\n|---|---|\n|ג|ד|",
        "\n• ",
    ),
    *(
        "https://a.example/_c_?d=1&e=2",
        "![a](https://a.example/x.png)",
        "[a](javascript:alert(1))",
        "x@y.example",
    ),
    *("$x^2$", "\\(a+b\\)", "\\*", "C:\\a\\_b", "\\\\s\\t", "+972-3-123-4567", "-5%", "C++", "12-B", "a_b"),
    *("<b>", "&lt;", "&copy;", "\t", "    ", 'צה"ל', "😀"),
]

# Streams each text one or a few characters at a time, and says which do not end as the server's HTML.
_COMPARE = """async ({cases, message}) => {
  const [{AnswerText}, {loadMarkdown}] = await Promise.all([
    import("/static/js/chat/render.js"), import("/static/js/markdown/load.js")]);
  const markdown = await loadMarkdown();
  const shape = (node) => node.nodeType === Node.TEXT_NODE
    ? (node.data.trim() || node.parentElement?.closest("p, li, td, th, pre, h3, h4, h5, h6") ? node.data : "")
    : [node.localName, [...node.attributes].map((it) => `${it.name}=${it.value}`).sort(),
       [...node.childNodes].map(shape).filter(Boolean)];
  const shapeOf = (root) => JSON.stringify([...root.childNodes].map(shape).filter(Boolean));
  const differing = [];
  for (const {text, html, step} of cases) {
    const place = document.createElement("div");
    const answer = new AnswerText(place, markdown);
    for (let end = step; end < text.length; end += step) answer.grow(text.slice(0, end));
    answer.finish(text, {id: "m", label: (number, title) => `${number}: ${title}`,
      citations: new Map(message.citations), documents: new Map(message.documents)});
    place.normalize();
    const server = new DOMParser().parseFromString(html, "text/html").body;
    if (shapeOf(place) !== shapeOf(server)) differing.push([text, place.innerHTML, html]);
  }
  return differing;
}"""


def differing(chat: ChatPage, texts: list[str], *, step: int) -> list[Any]:
    cases = [{"text": text, "html": str(render_answer(text, CONTEXT)), "step": step} for text in texts]
    message = {
        "citations": list(CONTEXT.citations.items()),
        "documents": list(CONTEXT.documents.items()),
    }
    found: list[Any] = chat.page.evaluate(_COMPARE, {"cases": cases, "message": message})
    return found


def test_a_finished_answer_is_the_one_that_the_server_keeps(chat: ChatPage) -> None:
    texts = [case["text"] for case in CORPUS["cases"]]
    whole = "\n\n".join(text for text in texts if "```\nx = 1" not in text)
    assert differing(chat, [*texts, whole], step=1) == []


def test_so_is_whatever_else_a_model_may_write(chat: ChatPage) -> None:
    chance = random.Random(20261128)
    texts = ["".join(chance.choices(ATOMS, k=chance.randint(3, 25))) for _ in range(300)]
    assert differing(chat, texts, step=7) == []


def test_blocks_that_are_finished_are_left_alone(chat: ChatPage) -> None:
    """The very nodes that were there when the next block began are there at the end."""
    keep = """(place) => {
      if (place.children.length > 1) place.firstElementChild.seen ??= Math.random();
      return place.firstElementChild?.seen ?? null;
    }"""
    text = "- סעיף [1]\n- **סעיף**\n\nפסקה\n\n```\nx = 1\n```\n\nסוף"
    seen = StreamedText(chat.page, text, look=keep, citations=[[1, "נוהל"]]).seen
    assert len({mark for mark in seen if mark is not None}) == 1
    assert seen[-1] is not None
