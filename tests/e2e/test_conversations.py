"""The list of conversations: found, named, pinned, deleted and brought back, and alike in all tabs."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.documents import QUESTION


@pytest.fixture
def talked(chat: ChatPage) -> ChatPage:
    chat.ask(QUESTION)
    chat.wait_for_end()
    return chat


def line(chat: ChatPage) -> Locator:
    """The open conversation's line in the list."""
    return chat.page.locator(".conversations__item", has=chat.page.locator("[aria-current=page]"))


def act(chat: ChatPage, name: str) -> None:
    line(chat).locator(".conversations__more").click()
    chat.page.get_by_role("menuitem", name=name).click()


def test_the_search_is_at_the_keyboard_and_leads_to_the_words(talked: ChatPage) -> None:
    page = talked.page
    page.keyboard.press("Control+k")
    expect(page.locator("#conversation-search")).to_be_focused()
    page.keyboard.type("21 ימים")
    found = page.locator(".conversations__item").first
    expect(found.locator("[data-part=excerpt]")).to_contain_text("21 ימים")
    mark = found.locator("mark")
    expect(mark).to_have_text("21 ימים")
    place = "part => part.getBoundingClientRect().bottom"
    assert mark.evaluate(place) <= found.locator("[data-part=excerpt]").evaluate(place) + 1
    found.locator(".conversations__link").click()
    expect(page).to_have_url(re.compile(r"\?at="))
    expect(page.locator("[data-found]")).to_be_in_viewport()


def test_a_new_conversation_by_keys_begins_in_the_box(talked: ChatPage) -> None:
    talked.page.keyboard.press("Escape")
    talked.page.keyboard.press("Control+Shift+O")
    expect(talked.page.locator("[data-empty]")).to_be_visible()
    expect(talked.box).to_be_focused()


def test_a_conversation_is_renamed_and_pinned_in_its_menu(talked: ChatPage) -> None:
    act(talked, "שינוי השם")
    talked.page.locator("#rename-name").fill("חופשות בארגון")
    talked.page.keyboard.press("Enter")
    expect(talked.page.get_by_role("heading", name="חופשות בארגון")).to_be_visible()
    expect(line(talked)).to_contain_text("חופשות בארגון")
    act(talked, "הצמדה")
    expect(
        talked.page.locator(".conversations__item").first.locator("[data-part=pinned-word]")
    ).to_be_visible()
    act(talked, "ביטול ההצמדה")
    expect(line(talked).locator("[data-part=pinned-word]")).to_be_hidden()


def test_a_deleted_conversation_is_offered_back(talked: ChatPage) -> None:
    address = talked.page.url
    act(talked, "מחיקה")
    undo = talked.page.locator(".toast").get_by_role("button", name="ביטול הפעולה")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(talked.page).to_have_url(address)
    expect(talked.text).to_contain_text("21 ימים")


def test_another_tab_shows_the_question_and_its_answer_as_they_come(
    talked: ChatPage, open_context: OpenContext, session: object
) -> None:
    other = ChatPage(open_context(storage_state=session).new_page(), talked.url)
    other.page.goto(talked.page.url)
    other.wait_until_connected()
    talked.ask("ומתי מגישים את הבקשה?")
    talked.wait_for_end()
    expect(other.page.locator("[data-part=answer]")).to_have_count(2)
    other.wait_for_end()
    expect(other.text).to_have_text(talked.text.text_content() or "")
    act(talked, "שינוי השם")
    talked.page.locator("#rename-name").fill("שם מלשונית אחרת")
    talked.page.keyboard.press("Enter")
    expect(line(other)).to_contain_text("שם מלשונית אחרת")


def test_another_tab_shows_an_edited_question_as_a_version_and_follows_a_deletion(
    talked: ChatPage, open_context: OpenContext, session: object
) -> None:
    other = ChatPage(open_context(storage_state=session).new_page(), talked.url)
    other.page.goto(talked.page.url)
    other.wait_until_connected()
    talked.box.press("ArrowUp")
    talked.page.keyboard.press("Control+a")
    talked.page.keyboard.type(f"{QUESTION} שוב")
    talked.page.keyboard.press("Enter")
    expect(other.page.locator(".question__text")).to_have_text([f"{QUESTION} שוב"])
    expect(other.page.locator(".question .pager")).to_contain_text("2/2")
    talked.answer.get_by_role("button", name="תשובה אחרת").click()
    expect(other.answer.locator(".pager")).to_contain_text("2/2")
    expect(other.page.locator("[data-part=answer]")).to_have_count(1)
    other.box.fill("מה שנכתב בינתיים")
    act(talked, "מחיקה")
    expect(other.page.locator(".toast")).to_contain_text("השיחה נמחקה")
    expect(other.box).to_have_value("מה שנכתב בינתיים")
    expect(other.box).to_be_focused()
    other.page.locator(".toast").get_by_role("button", name="ביטול הפעולה").click()
    expect(other.text).to_contain_text("21 ימים")


def test_a_shared_conversation_opens_by_its_address(talked: ChatPage) -> None:
    act(talked, "שיתוף בארגון")
    talked.page.get_by_role("button", name="יצירת הכתובת").click()
    address = talked.page.locator("#share-address")
    expect(address).to_have_value(re.compile("/shared/"))
    url = address.input_value()
    talked.page.goto(url)
    talked.answer.locator(".cite a").first.click()
    expect(talked.panel.locator("mark").first).to_be_visible()


def test_a_conversation_is_saved_as_word(talked: ChatPage) -> None:
    line(talked).locator(".conversations__more").click()
    with talked.page.expect_download() as download:
        talked.page.get_by_role("menuitem", name="Word").click()
    assert download.value.suggested_filename.endswith(".docx")


def test_the_menu_is_gone_through_by_arrows_and_gives_the_focus_back(talked: ChatPage) -> None:
    more = line(talked).locator(".conversations__more")
    more.focus()
    more.press("Enter")
    expect(talked.page.get_by_role("menuitem").first).to_be_focused()
    talked.page.keyboard.press("ArrowUp")
    expect(talked.page.get_by_role("menuitem", name="מחיקה")).to_be_focused()
    talked.page.keyboard.press("Escape")
    expect(more).to_be_focused()


def test_an_open_menu_outlives_what_another_tab_does_to_its_line(
    talked: ChatPage, open_context: OpenContext, session: object
) -> None:
    other = ChatPage(open_context(storage_state=session).new_page(), talked.url)
    other.page.goto(talked.page.url)
    other.wait_until_connected()
    more = line(talked).locator(".conversations__more")
    more.press("Enter")
    act(other, "שינוי השם")
    other.page.locator("#rename-name").fill("שם מלשונית אחרת")
    other.page.keyboard.press("Enter")
    expect(line(talked)).to_contain_text("שם מלשונית אחרת")
    talked.page.keyboard.press("Escape")
    expect(more).to_be_focused()


def test_a_long_title_loses_its_end_whichever_way_it_is_written(chat: ChatPage) -> None:
    mixed = "מה כולל מנוי הארגון Google Workspace Business Standard Plus Archive"
    for text in (
        "How many days of annual leave do I get after five years of work here",
        mixed,
        QUESTION * 2,
    ):
        chat.open()
        chat.ask(text)
        expect(line(chat)).to_have_count(1)
        for title in (line(chat).locator("[data-part=title]"), chat.page.locator("[data-part=heading]")):
            expect(title).to_have_text(re.compile("…$"))  # as the server shortens it, and not as it was typed
            seen = title.evaluate(SEEN)
            assert seen[0]
            assert seen == sorted(seen, reverse=True), text
            assert title.get_attribute("title") == title.text_content()
            # A sign of what is cut off would take the beginning of a run of the other direction away.
            assert title.locator("> bdi").evaluate(IS_SIGNED) == (text != mixed), text
        assert not line(chat).locator("[data-part=title]").evaluate(SEEN)[-1]


IS_SIGNED = """line => {
  const {webkitLineClamp, display} = getComputedStyle(line);
  return webkitLineClamp === "1" && display !== "block";
}"""
# Whether each letter of a title, in the order in which it is read, lies in the part of its line that is seen.
SEEN = """title => {
  const box = title.getBoundingClientRect();
  const letters = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
  const seen = [];
  while (letters.nextNode()) {
    for (let at = 0; at < letters.currentNode.length; at += 1) {
      const range = document.createRange();
      range.setStart(letters.currentNode, at);
      range.setEnd(letters.currentNode, at + 1);
      const {left, right, top, bottom} = range.getBoundingClientRect();
      const middle = (top + bottom) / 2;
      seen.push(left >= box.left - 1 && right <= box.right + 1 && middle > box.top && middle < box.bottom);
    }
  }
  return seen;
}"""
