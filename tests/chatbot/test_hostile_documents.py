"""What holds for two hundred documents that give orders, whether the model obeys them or not."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings

from chatbot.citations import CitationStream
from chatbot.control_words import without_control_words
from chatbot.llm.port import Piece
from chatbot.markdown import AnswerContext, render_answer
from chatbot.prompting import build_prompt
from retrieval.types import DocumentRef, FoundPassage
from tests.hostile_documents import EVIL, HostileDocument, hostile_documents

DOCUMENTS = hostile_documents()
FENCE = re.compile("«[0-9a-f]{8}»")
CONTROL = re.compile(r"<[|｜]|</?s>|<(?:start|end)_of|<eos>|<tool_call>|\[/?INST\]|<<SYS>>|<</SYS>>")
TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
TAGS = {*("p", "a", "bdi", "code", "pre", "div", "span", "blockquote", "ul", "ol", "li", "br", "hr", "em")}
TAGS |= {*("strong", "s", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td")}


def passage(document: HostileDocument) -> FoundPassage:
    ref = DocumentRef(uuid4(), document.title, "")
    return FoundPassage(uuid4(), ref, document.text, None, "", 1.0, None, ())


def test_there_are_two_hundred_and_no_two_alike() -> None:
    assert len({(each.title, each.text) for each in DOCUMENTS}) == len(DOCUMENTS) == 200


def test_their_orders_reach_the_model_as_text_between_signs_of_ours_alone() -> None:
    for document in DOCUMENTS:
        prompt = build_prompt(question="כמה ימי חופשה?", passages=[passage(document)], history=())
        system, question = prompt.messages
        rules, inside, rest = _parts(system.text)
        assert document.order in inside
        assert document.order not in rules + rest
        assert question.text == "כמה ימי חופשה?"
        assert not CONTROL.search(system.text), document.name
        assert not [key for key in (settings.SECRET_KEY, settings.JWT_SIGNING_KEY) if key in system.text]


def _parts(system: str) -> tuple[str, str, str]:
    """Return the rules, what is fenced, and the rest."""
    fence = FENCE.search(system)
    assert fence is not None
    naming, rules, inside, rest = system.split(fence.group())
    return naming + rules, inside, rest


def test_what_a_model_writes_that_obeys_them_stays_text_with_honest_links() -> None:
    for obeyed in {document.obeyed for document in DOCUMENTS}:
        stream = CitationStream([passage(DOCUMENTS[0])])
        text = stream.feed(Piece(obeyed)) + stream.flush()
        html = str(render_answer(text, AnswerContext("m")))
        assert stream.citations == ()
        for _end, tag, attributes in TAG.findall(html):
            assert tag in TAGS
            for name, value in ATTRIBUTE.findall(attributes):
                assert not name.startswith("on")
                assert name not in {"src", "srcset", "style", "action", "formaction"}
                if name == "href":
                    assert re.match("https?://|mailto:|#", unescape(value))
        links = re.findall(r'<a [^>]*href="https://([^/"]+)[^>]*>(.*?)</a>(.{0,80})', html)
        assert all(host in re.sub("<[^>]+>", "", shown + beside) for host, shown, beside in links)
        assert (EVIL in obeyed) == (EVIL in html) or "<" in obeyed


@pytest.mark.parametrize(
    "text",
    ["a < b", "<b>", "[1]", "[INSTALL]", "x<|y", "</sub>", "תנאי: <5", "<start>", "if a<b|c", "[2024]"],
)
def test_what_is_no_control_word_stays(text: str) -> None:
    assert without_control_words(text) in {text, text.replace("<|", "< |")}
