"""Asking, reading, opening the source: the embedded product, as a new employee would use it."""

import re

from playwright.sync_api import expect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import DESK_ITEMS, DESK_QUESTION, LEAVE, QUESTION, QUOTE, UNANSWERABLE


def test_a_question_is_answered_with_quotations_that_open_their_passage(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    assert chat.is_at_conversation()
    expect(chat.answer.get_by_text("תשובה בציטוטים מן המסמכים")).to_be_visible()
    expect(chat.text).to_contain_text("21 ימים")
    expect(chat.answer.locator(".confidence")).to_contain_text("ודאות")
    chat.answer.locator(".cite a").first.click()
    expect(chat.panel.get_by_role("heading", name=LEAVE)).to_be_focused()
    expect(chat.panel.locator("mark").first).to_contain_text("21 ימים")


def test_the_quotation_is_marked_word_for_word(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    chat.answer.locator(".source__button", has_text=LEAVE).click()
    marked = chat.panel.locator("mark")
    expect(marked.first).to_be_visible()
    assert QUOTE in " ".join(marked.all_inner_texts())


def test_a_citation_marks_the_very_sentence_that_it_stands_after_and_no_other(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    for index in range(chat.text.locator("p").count()):
        paragraph = chat.text.locator("p").nth(index)
        sentence = paragraph.evaluate("block => (block.normalize(), block.firstChild.data.trim())")
        paragraph.locator(".cite a").first.click()
        expect(chat.panel.locator("mark")).to_have_text([sentence])


def test_the_citation_of_a_quoted_list_marks_each_of_its_items(chat: ChatPage) -> None:
    chat.ask(DESK_QUESTION)
    chat.wait_for_end()
    expect(chat.text.locator("li")).to_have_count(len(DESK_ITEMS))
    chat.answer.locator(".cite a").first.click()
    expect(chat.panel.locator("mark")).to_have_text(DESK_ITEMS)


def test_closing_the_source_returns_to_the_citation(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    citation = chat.answer.locator(".cite a").first
    citation.focus()
    citation.press("Enter")
    expect(chat.panel.locator("mark").first).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(citation).to_be_focused()


def test_a_reload_shows_the_same(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    streamed = chat.answer.evaluate(LOOK)
    chat.page.reload()
    chat.wait_until_connected()
    assert chat.answer.evaluate(LOOK) == streamed


# An answer's markup without the space between tags, where the server's template and the page may differ.
LOOK = """answer => {
  const parts = [".answer__text", ".sources__list", ".confidence", "[data-part=extractive]"];
  return parts.map(part => answer.querySelector(part)).map(found => [
    found.hidden, found.innerText.replace(/\\s+/g, " ").trim(),
    [...found.querySelectorAll("*")].map(one => [one.localName, one.className,
      ...[...one.attributes].filter(it => it.name !== "class").map(it => `${it.name}=${it.value}`).sort()]),
  ]);
}"""


def test_a_question_without_an_answer_is_refused_plainly(chat: ChatPage) -> None:
    chat.ask(UNANSWERABLE)
    chat.wait_for_end("refused")
    expect(chat.answer.get_by_text("אין במסמכים תשובה ברורה")).to_be_visible()
    nearest = chat.text.locator("li a")
    if nearest.count():
        nearest.first.click()
        expect(chat.panel.locator("[data-part=text]")).to_be_visible()


def test_a_question_that_was_refused_is_sent_to_those_who_keep_the_knowledge(chat: ChatPage) -> None:
    chat.ask(UNANSWERABLE)
    chat.wait_for_end("refused")
    offer = chat.answer.get_by_role("button", name="שליחה לצוות הידע")
    offer.click()
    expect(chat.answer.get_by_text("השאלה נשלחה לצוות הידע.")).to_be_focused()
    expect(offer).to_be_hidden()
    chat.page.reload()
    expect(chat.answer.get_by_text("השאלה נשלחה לצוות הידע.")).to_be_visible()
    expect(offer).to_be_hidden()


def test_an_example_question_is_asked_with_one_click(chat: ChatPage) -> None:
    expect(chat.page.get_by_role("heading", name=re.compile("במה אפשר לעזור"))).to_be_visible()
    examples = chat.page.locator("[data-action=example]")
    assert examples.count() == 4
    asked = examples.first.inner_text()
    examples.first.click()
    expect(chat.page.locator(".question__text").last).to_have_text(asked)
    expect(chat.answer).to_have_attribute("data-status", re.compile("complete|refused"), timeout=20_000)


def test_a_new_conversation_joins_the_list(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    current = chat.page.locator(".conversations__link[aria-current=page]")
    expect(current).to_have_count(1)
    chat.page.reload()
    expect(current).to_contain_text("כמה ימי חופשה")
    chat.page.get_by_role("link", name="שיחה חדשה").click()
    expect(chat.page.locator("[data-empty]")).to_be_visible()


def test_what_is_being_written_survives_a_reload_but_stays_with_its_conversation(chat: ChatPage) -> None:
    chat.box.fill("טיוטה שעוד לא נשלחה")
    chat.page.reload()
    expect(chat.box).to_have_value("טיוטה שעוד לא נשלחה")
    chat.box.fill("")
    chat.ask(QUESTION)
    chat.wait_for_end()
    expect(chat.box).to_have_value("")


def test_enter_sends_but_shift_enter_and_composition_do_not(chat: ChatPage) -> None:
    chat.box.fill("שורה")
    chat.box.press("Shift+Enter")
    chat.page.keyboard.insert_text("ב")
    expect(chat.box).to_have_value("שורה\nב")
    chat.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(chat.page.locator(".question")).to_have_count(0)
    chat.box.press("Enter")
    expect(chat.page.locator(".question")).to_have_count(1)


def test_the_box_follows_its_text_only_when_that_is_latin(chat: ChatPage) -> None:
    expect(chat.box).to_have_attribute("dir", "rtl")
    chat.box.fill("VPN לא עובד")
    expect(chat.box).to_have_attribute("dir", "rtl")
    chat.box.fill("How do I connect?")
    expect(chat.box).to_have_attribute("dir", "ltr")
    chat.box.fill("")
    expect(chat.box).to_have_attribute("dir", "rtl")


def test_markup_in_a_question_is_shown_as_text(chat: ChatPage) -> None:
    payload = "<img src=x onerror=alert(1)> כמה ימי חופשה?"
    chat.ask(payload)
    expect(chat.page.locator(".question__text").last).to_have_text(payload)
    expect(chat.answer).to_have_attribute("data-status", re.compile("complete|refused"), timeout=20_000)
    chat.page.reload()
    expect(chat.page.locator(".question__text").last).to_have_text(payload)
    assert chat.page.locator("img[src=x]").count() == 0
