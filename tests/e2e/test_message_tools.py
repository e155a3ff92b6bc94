"""Beneath the messages and in the box: copy, rate, edit into versions, ask during an answer."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION
from tests.fakes.cardboard import CardboardModel


@pytest.fixture
def talked(chat: ChatPage) -> ChatPage:
    chat.ask(QUESTION)
    chat.wait_for_end()
    return chat


def tool(chat: ChatPage, name: str) -> None:
    chat.answer.get_by_role("button", name=name, exact=True).click()


def test_an_answer_is_copied_as_plain_and_as_rich_text(talked: ChatPage) -> None:
    page = talked.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tool(talked, "העתקת התשובה")
    expect(page.locator(".toast")).to_contain_text("הועתקה")
    read = "async type => (await (await navigator.clipboard.read())[0].getType(type)).text()"
    plain, rich = page.evaluate(read, "text/plain"), page.evaluate(read, "text/html")
    assert "21 ימים" in plain
    assert "[1]" in plain
    assert 'dir="rtl"' in rich
    assert "<button" not in rich


def test_a_verdict_with_its_reason_survives_a_reload(talked: ChatPage) -> None:
    tool(talked, "לא מועיל")
    talked.page.get_by_label("חסר בה משהו").check()
    talked.page.get_by_role("button", name="שליחה").last.click()
    talked.page.reload()
    thumb = talked.answer.get_by_role("button", name="לא מועיל", exact=True)
    expect(thumb).to_have_attribute("aria-pressed", "true")
    thumb.click()
    expect(thumb).to_have_attribute("aria-pressed", "false")


def test_a_tool_whose_module_does_not_come_says_so(talked: ChatPage) -> None:
    talked.page.route("**/related*.js", lambda route: route.abort("internetdisconnected"))
    talked.answer.get_by_role("button", name="קשורות").click()
    expect(talked.page.locator(".toast")).to_contain_text("לא הצליחה")


def test_an_edited_question_stands_beside_the_first_one(talked: ChatPage) -> None:
    talked.box.press("ArrowUp")
    talked.page.locator(".editor__text").fill("מתי מגישים בקשה לחופשה?")
    talked.page.reload()
    expect(talked.page.locator(".editor__text")).to_have_value("מתי מגישים בקשה לחופשה?")
    talked.wait_until_connected()
    talked.page.keyboard.press("Enter")
    talked.wait_for_end()
    expect(talked.box).to_be_focused()
    pager = talked.page.locator(".question .pager")
    expect(pager).to_contain_text("2/2")
    pager.get_by_role("link", name="הגרסה הקודמת").click()
    expect(talked.page.locator(".question .pager")).to_contain_text("1/2")
    expect(talked.page.locator(".question__text")).to_have_text(QUESTION)


def test_another_answer_stands_beside_the_first_one(talked: ChatPage) -> None:
    tool(talked, "תשובה אחרת")
    expect(talked.answer.locator(".pager")).to_contain_text("2/2")
    expect(talked.page.locator("[data-part=answer]")).to_have_count(1)


def test_what_is_sent_during_an_answer_goes_when_it_has_ended(
    model_chat: ChatPage, model: CardboardModel
) -> None:
    model_chat.page.set_viewport_size({"width": 900, "height": 320})
    model.script("תשובה.")
    model_chat.ask(QUESTION)
    expect(model_chat.page.get_by_role("button", name="עצירת התשובה")).to_be_visible()
    model_chat.ask("ועוד שאלה?")
    waiting = model_chat.page.locator(".queue__item")
    expect(waiting).to_contain_text("ועוד שאלה?")
    place = "part => part.getBoundingClientRect()"
    stage = model_chat.answer.locator("[data-part=stage]").evaluate(place)
    assert stage["bottom"] <= model_chat.page.locator("[data-part=queue]").evaluate(place)["top"]
    model.allow()
    expect(waiting).to_have_count(0)
    expect(model_chat.page.locator(".question")).to_have_count(2)
    model_chat.wait_for_end()


def test_a_connection_that_is_lost_is_said_in_one_line_and_its_return_too(chat: ChatPage) -> None:
    chat.page.context.set_offline(True)
    banner = chat.page.locator("[data-part=banner]")
    expect(banner).to_contain_text("אין חיבור לרשת")
    chat.page.context.set_offline(False)
    expect(banner).to_contain_text("החיבור חזר")


def test_the_look_is_chosen_in_the_menu_and_stays(chat: ChatPage) -> None:
    chat.page.locator(".menu__button").click()
    chat.page.get_by_role("button", name="כהה").click()
    expect(chat.page.locator("html")).to_have_attribute("data-theme", "dark")
    chat.page.reload()
    expect(chat.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert background(chat.page) == "rgb(18, 21, 23)"


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_shortcuts_are_listed_and_can_be_switched_off(chat: ChatPage) -> None:
    page = chat.page
    page.keyboard.press("Control+/")
    page.get_by_label("קיצורים עם Ctrl פעילים").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#conversation-search")).not_to_be_focused()
