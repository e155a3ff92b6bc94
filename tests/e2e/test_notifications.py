"""The bell: live, quiet, led by keys, and the pages behind it."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.accessibility import violations
from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext, session_of
from tests.e2e.servers import PASSWORD, Product

# Of its own: what happens in the organisation of the other tests is news to its manager too.
ORGANIZATION = "ארגון ההתראות"
WAITING = "בקשת הצטרפות ממתינה לאישור"
PAGES = ("notifications/", "notifications/settings/")


@pytest.fixture(scope="module")
def session(browser: Browser, product: Product) -> StorageState:
    return session_of(browser, product, product.organization(ORGANIZATION, (), username="manager-of-news"))


@pytest.fixture
def chat(chat: ChatPage) -> ChatPage:
    """The chat of a manager to whom nothing is new."""
    if chat.page.locator("[data-part=bell-count]").is_visible():
        chat.page.locator("[data-part=bell-button]").click()
        chat.page.locator("[data-part=bell-read]").click()
        expect(chat.page.locator("[data-part=bell-count]")).to_be_hidden()
        chat.page.keyboard.press("Escape")
    return chat


def ask_to_join(product: Product, username: str) -> None:
    """Register into the organisation of the tests, whose managers are told."""
    wanted = {
        "username": username,
        "password": PASSWORD,
        "email": f"{username}@example.org",
        "organization": ORGANIZATION,
    }
    answer = httpx.post(f"{product.url}/register", json=wanted, timeout=30)
    assert answer.json()["status"] == "pending"


def test_the_bell_counts_live_and_lists_what_happened(chat: ChatPage, product: Product) -> None:
    page = chat.page
    ask_to_join(product, "uri-levi")
    count = page.locator("[data-part=bell-count]")
    expect(count).to_have_text("1")
    expect(page.locator("[data-part=status]")).to_have_text("יש התראה חדשה.")
    page.get_by_role("button", name="התראות, אחת שלא נקראה").focus()
    page.keyboard.press("Enter")
    line = page.locator("[data-part=bell-list] .news__link")
    expect(line.first).to_contain_text(WAITING)
    expect(line.first).to_contain_text("uri-levi")
    assert violations(page) == []
    ask_to_join(product, "dana-cohen")
    expect(line.first).to_contain_text("dana-cohen")  # the open list follows
    page.locator("[data-part=bell-read]").click()
    expect(count).to_be_hidden()
    expect(page.locator("[data-part=bell-button]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=bell-panel]")).to_be_hidden()


def test_a_line_leads_to_what_it_is_about(chat: ChatPage, product: Product) -> None:
    page = chat.page
    ask_to_join(product, "noam-bar")
    expect(page.locator("[data-part=bell-count]")).to_be_visible()
    page.locator("[data-part=bell-button]").click()
    page.locator("[data-part=bell-list] .news__link").filter(has_text="noam-bar").click()
    page.wait_for_url("**/admin/accounts/user/*/change/")


@pytest.fixture
def page(open_context: OpenContext, session: StorageState) -> Page:
    return open_context(storage_state=session).new_page()


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_accessible_and_no_wider_than_a_phone(page: Page, product: Product, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{product.url}/{path}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_chosen_stays_chosen(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/notifications/settings/")
    group = page.get_by_role("group", name="מסמך שהוספתי לא ניתן לקריאה")
    group.get_by_label("בדוא״ל").select_option(label="לא בדוא״ל")
    page.get_by_role("button", name="שמירה").click()
    expect(page.locator(".messages")).to_contain_text("ההגדרות נשמרו")
    expect(group.get_by_label("בדוא״ל")).to_have_value("never")
