"""Two hundred payloads in every place where the chat shows text: nothing runs, nobody else is asked.

The pages here are without the content security policy that would stop what got through.
"""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from accounts.forms import NewPasswordForm
from chatbot.thread import Answer, Question
from conversations.types import Approval, CitationData, MessageStatus
from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.injection import Watch, made_of_text
from tests.e2e.payloads import payloads
from tests.e2e.servers import Product

PAYLOADS = payloads()
PLACE = "http://pages.example/"
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
    page = unguarded.new_page()
    watch = Watch(page, origin=PLACE)
    serve(page, "".join(map(_server_page, PAYLOADS)))
    page.mouse.move(200, 200)
    assert page.locator(".answer__text").count() == len(PAYLOADS)
    assert page.locator(MADE_OF_TEXT).evaluate_all("found => found.map(one => one.outerHTML)") == []
    assert page.locator("a[href]").evaluate_all(ADDRESSES) == []
    assert (watch.executed, watch.asked) == ([], [])


def test_pages_that_no_address_leads_to_stay_text(unguarded: BrowserContext) -> None:
    page = unguarded.new_page()
    watch = Watch(page, origin=PLACE)
    everything = " ".join(PAYLOADS)
    form = NewPasswordForm({"new_password1": everything, "new_password2": ""})
    request = RequestFactory().get("/", {"q": everything})
    for template, context in {
        "error.html": {"status": 429, "message": everything},
        "accounts/password_reset_confirm.html": {"form": form, "person": {"username": everything}},
    }.items():
        serve(page, render_to_string(template, context, request))
        expect(page.locator("main")).to_contain_text(PAYLOADS[0])
        assert made_of_text(page, PLACE) == []
    assert (watch.executed, watch.asked) == ([], [])


def serve(page: Page, html: str) -> None:
    """Show a page at a place where nobody serves its pictures and styles."""
    page.unroute_all()
    page.route(f"{PLACE}**", lambda route: route.fulfill(body=""))
    page.route(PLACE, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(PLACE)


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
    context = _context(payload)
    partials = ("question", "empty", "header", "sidebar", "file", "file_forms")
    return "".join(
        (
            *(render_to_string(f"chat/_{name}.html", context) for name in partials),
            render_to_string("chat/_example.html", {"question": payload}),
            render_to_string("chat/_answer.html", {"answer": _answer(payload)}),
            render_to_string("chat/_answer.html", {"answer": refused}).replace("answer__text", ""),
        )
    )


def _context(payload: str) -> dict[str, object]:
    conversation = SimpleNamespace(
        id=ID, title=payload, excerpt=f"{payload} {payload}", found_message_id=payload
    )
    refusal = SimpleNamespace(message=payload)
    file = SimpleNamespace(id=ID, name=payload, status="indexed", preview=payload, error=refusal)
    return {
        "actor": SimpleNamespace(display_name=payload, username=payload, is_manager=True),
        "organization_name": payload,
        "initial": payload[:1],
        "request": SimpleNamespace(get_full_path=lambda: f"/{payload}"),
        "conversation": conversation,
        "inbox": [conversation],
        "inbox_search": payload,
        "file": file,
        "files": [file],
        "may_attach": True,
        "departments": [SimpleNamespace(pk=payload, name=payload)],
        "question": Question(ID, payload),
    }


def _answer(payload: str) -> Answer:
    citation = CitationData(1, ID, ID, payload, payload, 0, len(payload))
    return Answer(
        id=ID,
        text=f"[1]\n\n{payload}\n\n- {payload}",
        status=MessageStatus.COMPLETE,
        model=payload,
        confidence_level="high",
        approval=Approval(payload, datetime(2026, 11, 29, tzinfo=UTC)),
        citations=(citation,),
        documents={payload: payload},
    )


# Gives every payload to all that writes on the page: answers while they stream, questions, titles, passages.
_PAGE = """async (payloads) => {
  const js = (name) => import(`/static/js/${name}.js`);
  const [{MessageLog}, {Dresser}, {PassagePanel}, {CitationPreview}, {Words, TabStore}] = await Promise.all(
    ["chat/log", "chat/dress", "chat/citations", "chat/preview", "lib/dom"].map(js));
  const [{ConversationList}, {ConversationHistory}, {ConversationActions}, {FileLine}, {QuestionQueue}] =
    await Promise.all(
      ["chat/list", "chat/history", "chat/organize", "chat/file_line", "chat/queue"].map(js));
  const [{MessageTools}, {ShareDialog}, {Toasts}, {showRelated}, {bothForms}, {PublishDialog}] =
    await Promise.all(
      ["chat/tools", "chat/share", "lib/toast", "chat/related", "lib/clipboard", "chat/publish"].map(js));
  const {dress} = await js("chat/dressing");
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const words = new Words(document.getElementById("chat-words"));
  const dresser = new Dresser({words, status: part("status")});
  const log = new MessageLog(part("log"), {words, dresser, jump: part("jump")});
  const panel = new PassagePanel(part("panel"), {words, urlOf: (id) => `/passages/${id}/`, behind: []});
  const preview = new CitationPreview(document.getElementById("citation-preview"));
  const list = new ConversationList(part("sidebar"), {words, urlOf: (id) => `/c/${id}/`, current: () => ""});
  const history = new ConversationHistory({root: document.body, list, heading: part("heading")});
  const queue = new QuestionQueue(part("queue"), {store: new TabStore("hostile"), name: () => "queue"});
  const toasts = new Toasts(part("toasts"));
  const tools = new MessageTools(part("log"), {words, toasts, chat: {isBusy: () => false}});
  const share = new ShareDialog(document.getElementById("share-dialog"), words);
  const actions = new ConversationActions(list, {words, toasts});
  const files = part("files");
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
      approval: {by: payload, at: "2026-11-29"},
      citations: [{number: 1, passage_id: payload, document_title: payload, quote: payload, start: 0}]});
    preview.show(view.element.querySelector(".cite a"));
    panel.wanted = {passage: "x", quote: payload, start: 0};
    panel.showPassage({text: `${payload}\\n| ${payload} |`, previous: payload, next: payload, page: 1,
      heading: payload, document: {title: payload, category: payload}});
    history.rename(payload);
    list.list.replaceChildren(list.line({id: payload, title: payload, excerpt: `${payload} ${payload}`,
      found_message_id: payload, updated_at: payload, pinned: true, archived: false}));
    const file = FileLine.new({name: payload}, words);
    file.tell({id: payload, name: payload, status: "needs_attention", error: {message: payload},
      preview: payload});
    files.replaceChildren(file.element);
    queue.takeAll();
    queue.add(payload);
    toasts.say(payload, () => {});
    tools.edit(log.element.querySelector(".question"));
    window.fetch = async () => Response.json(
      {questions: [{text: payload}], documents: [{title: payload}], url: payload});
    await showRelated(view.element.querySelector("[data-action=related]"), view.element, words);
    await share.guarded(async () => share.show({url: payload}));
    await share.guarded(() => Promise.reject(new Error(payload)));
    actions.problem(payload);
    const publishing = new PublishDialog(document.getElementById("publish-dialog"), words);
    window.fetch = async () => Response.json({results: [{id: payload, name: payload}]});
    await publishing.open("/x", payload, () => {});
    publishing.problem(payload);
    publishing.dialog.close();
    const pasted = document.createElement("div");
    const {html} = bothForms(view.textElement, [payload]);
    pasted.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    log.element.append(pasted);
    const failed = log.addTurn(payload);
    failed.write(payload);
    await failed.fail({message: payload});
    if (!view.textElement.childElementCount) made.push(`nothing of ${payload}`);
    await dress(view.textElement, dresser);
    for (const one of document.body.querySelectorAll(MADE)) made.push(one.outerHTML);
    for (const link of document.links) {
      if (!["http:", "https:", "mailto:"].includes(link.protocol)) made.push(link.outerHTML);
    }
    log.element.replaceChildren();
  }
  return made;
}"""
