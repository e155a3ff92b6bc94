"""Answers' Markdown on the server, held to the same corpus as the page's own parser."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.markdown import AnswerContext, make_answer_parser, render_answer
from chatbot.markdown.sanitise import sanitise

CORPUS = json.loads((Path(__file__).parents[1] / "data" / "markdown.json").read_text(encoding="utf-8"))
MESSAGE = CORPUS["message"]
TITLES = {int(number): title for number, title in MESSAGE["citations"].items()}
CONTEXT = AnswerContext("m", TITLES, MESSAGE["documents"])


@pytest.mark.parametrize("case", CORPUS["cases"], ids=lambda case: case["name"])
def test_an_answer_is_rendered_as_in_the_page(case: dict[str, str]) -> None:
    env: dict[str, Any] = {**MESSAGE, "citations": TITLES, "label": "{}: {}".format}
    assert make_answer_parser().render(case["text"], env) == case["html"]


@pytest.mark.parametrize("case", CORPUS["cases"], ids=lambda case: case["name"])
def test_the_sanitiser_takes_nothing_from_what_the_parser_makes(case: dict[str, str]) -> None:
    def without_entities(html: str) -> str:
        return html.replace("&quot;", '"').replace("\u00a0", "&nbsp;")

    assert sorted(without_entities(sanitise(case["html"]))) == sorted(without_entities(case["html"]))


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>x</p>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="/accounts/logout/">x</a>',
        "<img src=x onerror=alert(1)>",
        '<p style="position:fixed">x</p>',
        "<svg><script>alert(1)</script></svg>",
        '<iframe src="https://evil.example"></iframe>',
        "<form action=https://evil.example><input></form>",
        "<math><mtext><style>*{}</style></mtext></math>",
    ],
)
def test_what_is_not_on_the_lists_does_not_pass(html: str) -> None:
    clean = sanitise(html)
    for forbidden in ("script", "onclick", "javascript", "logout", "<img", "style", "evil", "<form", "<svg"):
        assert forbidden not in clean


def test_whatever_a_parser_may_make_of_an_answer_is_sanitised_last(monkeypatch: pytest.MonkeyPatch) -> None:
    made = '<p>א</p><script>alert(1)</script><img src="https://evil.example/x"><a href="javascript:x">b</a>'
    parser = SimpleNamespace(render=lambda _text, _env: made)
    monkeypatch.setattr("chatbot.markdown._PARSER", parser)
    assert render_answer("", CONTEXT) == "<p>א</p><a>b</a>"


@given(st.text(alphabet="אב a1[]()*_`~#>-|\\$\n!<&.:/•\"'", max_size=60))
def test_no_text_breaks_the_rendering_or_becomes_markup(text: str) -> None:
    html = render_answer(text, CONTEXT)
    assert "<script" not in html
    assert "<img" not in html
