"""Two hundred payloads in every place where the chat shows text: nothing runs, nobody else is asked.

The pages here are without the content security policy that would stop what got through.
"""

import json
import re
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import BrowserContext, StorageState

from chatbot.thread import Answer, Question
from conversations.types import CitationData, MessageStatus
from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.injection import Watch
from tests.e2e.payloads import payloads
from tests.e2e.servers import Product

PAYLOADS = payloads()
ID = UUID(int=7)
# Elements and attributes that no page of ours has there, so that a payload must have made them.
MADE_OF_TEXT = (
    "script, iframe, object, embed, img:not(.brand img), video, style, base, "
    "[onerror], [onload], [style]:not(.preview)"
)
ADDRESSES = (
    "links => links.map(link => link.protocol).filter(it => !['http:', 'https:', 'mailto:'].includes(it))"
)


@pytest.fixture
def unguarded(open_context: OpenContext, session: StorageState) -> BrowserContext:
    return open_context(storage_state=session, bypass_csp=True)


def test_what_the_server_writes_stays_text(unguarded: BrowserContext) -> None:
    html = "".join(map(_server_page, PAYLOADS))
    page = unguarded.new_page()
    page.route("http://pages.example/", lambda route: route.fulfill(body=html, content_type="text/html"))
    # The pictures of our own pages, which nobody serves there.
    page.route(re.compile(r"^http://pages\.example/.+"), lambda route: route.fulfill(body=""))
    watch = Watch(page, origin="http://pages.example/")
    page.goto("http://pages.example/")
    page.mouse.move(200, 200)
    assert page.locator(".answer__text").count() == len(PAYLOADS)
    assert page.locator(MADE_OF_TEXT).evaluate_all("found => found.map(one => one.outerHTML)") == []
    assert page.locator("a[href]").evaluate_all(ADDRESSES) == []
    assert (watch.executed, watch.asked) == ([], [])


def test_what_the_page_itself_writes_stays_text(unguarded: BrowserContext, product: Product) -> None:
    chat = ChatPage(unguarded.new_page(), product.url)
    chat.open()
    watch = Watch(chat.page, origin=product.url)
    assert chat.page.evaluate(_PAGE.replace("MADE", json.dumps(MADE_OF_TEXT)), PAYLOADS) == []
    assert (watch.executed, watch.asked) == ([], [])


def _server_page(payload: str) -> str:
    """Return every partial of the chat with the payload wherever somebody's text stands."""
    refused = Answer(
        ID, f"- {payload}", MessageStatus.REFUSED, "extractive", "none", documents={payload: "x"}
    )
    actor = SimpleNamespace(display_name=payload, username=payload, is_manager=True)
    conversation = SimpleNamespace(id=ID, title=payload)
    context = {
        "actor": actor,
        "organization_name": payload,
        "initial": payload[:1],
        "request": SimpleNamespace(get_full_path=lambda: f"/{payload}"),
        "conversation": conversation,
        "inbox": [conversation],
        "question": Question(ID, payload),
    }
    partials = ("question", "empty", "header", "sidebar")
    return "".join(
        (
            *(render_to_string(f"chat/_{name}.html", context) for name in partials),
            render_to_string("chat/_example.html", {"question": payload}),
            render_to_string("chat/_answer.html", {"answer": _answer(payload)}),
            render_to_string("chat/_answer.html", {"answer": refused}).replace("answer__text", ""),
        )
    )


def _answer(payload: str) -> Answer:
    citation = CitationData(1, ID, ID, payload, payload, 0, len(payload))
    return Answer(
        id=ID,
        text=f"[1]\n\n{payload}\n\n- {payload}",
        status=MessageStatus.COMPLETE,
        model=payload,
        confidence_level="high",
        citations=(citation,),
        documents={payload: payload},
    )


# Gives every payload to all that writes on the page: answers while they stream, questions, titles, passages.
_PAGE = """async (payloads) => {
  const js = (name) => import(`/static/js/${name}.js`);
  const [{MessageLog}, {Dresser}, {PassagePanel}, {CitationPreview}, {Words}, {phrase}] = await Promise.all([
    js("chat/log"), js("chat/dress"), js("chat/citations"), js("chat/preview"), js("lib/dom"),
    js("lib/isolation")]);
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const words = new Words(document.getElementById("chat-words"));
  const dresser = new Dresser({words, status: part("status")});
  const log = new MessageLog(part("log"), {words, dresser, jump: part("jump")});
  const panel = new PassagePanel(part("panel"), {words, urlOf: (id) => `/passages/${id}/`, behind: []});
  const preview = new CitationPreview(document.getElementById("citation-preview"));
  const made = [];
  for (const [index, payload] of payloads.entries()) {
    const view = log.addTurn(payload);
    view.identify(`a${index}`);
    view.sources([{document: {title: payload}, passage: {id: payload}}]);
    const text = `[1]\\n\\n${payload}\\n\\n- ${payload}`;
    for (const end of [text.length >> 1, text.length]) {
      view.write(text.slice(view.text.length, end));
      await view.drawing.draw();
    }
    await view.finish({status: "complete", text, model: payload, confidence_level: payload,
      citations: [{number: 1, passage_id: payload, document_title: payload, quote: payload, start: 0}]});
    preview.show(view.element.querySelector(".cite a"));
    panel.wanted = {passage: "x", quote: payload, start: 0, claim: ""};
    panel.showPassage({text: `${payload}\\n| ${payload} |`, previous: payload, next: payload, page: 1,
      heading: payload, document: {title: payload, category: payload}});
    part("heading").replaceChildren(phrase(payload));
    const failed = log.addTurn(payload);
    failed.write(payload);
    await failed.fail({message: payload});
    if (!view.textElement.childElementCount) made.push(`nothing of ${payload}`);
    for (const pre of view.textElement.querySelectorAll("pre")) await dresser.dressCode(pre);
    for (const formula of view.textElement.querySelectorAll(".math")) await dresser.dressFormula(formula);
    for (const one of document.body.querySelectorAll(MADE)) made.push(one.outerHTML);
    for (const link of document.links) {
      if (!["http:", "https:", "mailto:"].includes(link.protocol)) made.push(link.outerHTML);
    }
    log.element.replaceChildren();
  }
  return made;
}"""
