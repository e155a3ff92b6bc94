"""Every page: its language, its width, its life without script, and the way out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, StorageState, expect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION
from tests.e2e.servers import Person, Product

OpenContext = Callable[..., BrowserContext]


def test_an_unknown_address_is_answered_in_hebrew(open_context: OpenContext, product: Product) -> None:
    page = open_context().new_page()
    page.goto(f"{product.url}/")
    response = page.request.get(f"{product.url}/no-such-page/")
    assert response.status == 404
    page.set_content(response.text())
    assert page.locator("html").get_attribute("dir") == "rtl"
    expect(page.get_by_role("heading", name="הדף לא נמצא")).to_be_attached()


def test_somebody_elses_conversation_looks_like_none(chat: ChatPage) -> None:
    answer = chat.page.request.get(f"{chat.url}/c/00000000-0000-4000-8000-000000000000/")
    assert answer.status == 404


def test_a_stranger_is_sent_to_the_login(open_context: OpenContext, product: Product) -> None:
    page = open_context().new_page()
    page.goto(f"{product.url}/c/00000000-0000-4000-8000-000000000000/")
    assert "/accounts/login/" in page.url


def test_conversations_can_be_read_without_script(
    chat: ChatPage, open_context: OpenContext, session: StorageState
) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    plain = open_context(java_script_enabled=False, storage_state=session).new_page()
    plain.goto(f"{chat.url}/")
    expect(plain.get_by_text("יש להפעיל JavaScript")).to_be_visible()
    plain.goto(chat.page.url)
    expect(plain.locator(".answer__text")).to_contain_text("21 ימים")
    expect(plain.locator(".source__quote").first).to_be_visible()
    expect(plain.locator(".source__title").first).to_be_visible()
    expect(plain.locator(".sources").first.get_by_role("button")).to_have_count(0)
    expect(plain.locator("#composer-text")).to_be_hidden()
    expect(plain.locator(".answer [data-action]:visible")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 1920])
def test_nothing_is_wider_than_the_screen(chat: ChatPage, width: int) -> None:
    chat.page.set_viewport_size({"width": width, "height": 800})
    chat.ask(QUESTION)
    chat.wait_for_end()
    assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chat.answer.locator(".cite a").first.click()
    expect(chat.panel.locator("mark").first).to_be_visible()
    assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chat.page.goto(f"{chat.page.url}settings/")
    assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_conversations_open_as_a_drawer_on_a_phone(chat: ChatPage) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 844})
    link = chat.page.get_by_role("link", name="שיחה חדשה")
    expect(link).to_be_hidden()
    chat.page.get_by_role("button", name="שיחות").click()
    expect(link).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(link).to_be_hidden()


def test_the_page_speaks_english_when_asked(chat: ChatPage) -> None:
    chat.page.locator(".menu__button").click()
    chat.page.get_by_role("button", name="English").click()
    assert chat.page.locator("html").get_attribute("dir") == "ltr"
    expect(chat.page.get_by_role("link", name="New conversation")).to_be_visible()
    chat.wait_until_connected()


def test_the_login_works_without_script(open_context: OpenContext, product: Product, person: Person) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(f"{product.url}/")
    page.locator("input[name=username]").fill(person.username)
    page.locator("input[name=password]").fill(person.password)
    page.locator("main form button").last.click()
    expect(page.get_by_role("link", name="שיחה חדשה")).to_be_visible()


def test_logging_out_ends_the_visit(open_context: OpenContext, product: Product, person: Person) -> None:
    chat = ChatPage(open_context().new_page(), product.url)
    chat.log_in(person)
    chat.page.locator(".menu__button").click()
    chat.page.get_by_role("button", name="יציאה").click()
    assert "/accounts/login/" in chat.page.url
    chat.page.goto(f"{chat.url}/")
    assert "/accounts/login/" in chat.page.url


def test_the_keyboard_alone_is_enough(chat: ChatPage) -> None:
    page = chat.page
    page.reload()
    chat.wait_until_connected()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    for _ in range(10):
        page.keyboard.press("Tab")
        if chat.box.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    chat.wait_for_end()
    expect(chat.box).to_be_focused()


def test_redoc_shows_no_picture_that_did_not_come(
    open_context: OpenContext, product: Product, session: StorageState
) -> None:
    page = open_context(storage_state=session).new_page()
    page.goto(f"{product.url}/redoc")
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=20_000)
    broken = page.locator("img:visible").evaluate_all(
        "pictures => pictures.filter(picture => !picture.naturalWidth).length"
    )
    assert broken == 0
