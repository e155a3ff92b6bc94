"""The whole journey without a mouse: whatever has the focus is seen to have it."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.documents import QUESTION
from tests.e2e.servers import Person, Product
from tests.fakes.cardboard import CardboardModel

ANSWER = "מכסת החופשה היא 21 ימים. [1]"
MANY = 60
# Whether a person sees where the focus is: a line or a ring around it, or around the composer.
IS_SEEN = """() => {
  const isOutlined = (element) => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(element);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || / 0px 0px 0px \\dpx/.test(boxShadow);
  };
  const focused = document.activeElement;
  if (focused === document.body) return true;
  const shown = [focused, focused.closest(".composer")].some(one => one && isOutlined(one));
  return shown || focused.outerHTML.slice(0, 200);
}"""

# Whether what has the focus is what is seen in its place, and not a header or the box one writes in.
IS_UNCOVERED = """() => {
  const focused = document.activeElement;
  const {left, top, width, height} = focused.getBoundingClientRect();
  const found = document.elementFromPoint(left + width / 2, top + height / 2);
  return focused.contains(found) || focused.outerHTML.slice(0, 200);
}"""


def go_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press the key until the target has the focus; on the way nothing may hide it."""
    for _ in range(MANY):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
        assert page.evaluate(IS_SEEN) is True
    raise AssertionError(f"{target} is not reached by {key}")


def press(page: Page, target: Locator, *keys: str, by: str = "Tab") -> None:
    go_to(page, target, by)
    for key in keys or ("Enter",):
        page.keyboard.press(key)


def log_in(page: Page, person: Person) -> None:
    go_to(page, page.locator("input[name=username]"))
    page.keyboard.type(person.username)
    go_to(page, page.locator("input[name=password]"))
    page.keyboard.type(person.password)
    press(page, page.locator("main form button[type=submit]").last)


def test_the_whole_journey_is_possible_by_keys_alone(
    open_context: OpenContext, model_product: Product, model_person: Person, model: CardboardModel
) -> None:
    page = open_context(reduced_motion="reduce").new_page()
    chat = ChatPage(page, model_product.url)
    page.goto(f"{chat.url}/")
    log_in(page, model_person)
    chat.wait_until_connected()
    ask_stop_and_continue(chat, model)
    open_and_close_the_source(chat)
    rename_pin_delete_and_bring_back(chat)
    search(chat)
    choose_the_look_and_leave(chat)


def test_nothing_covers_what_has_the_focus(model_chat: ChatPage, model: CardboardModel) -> None:
    page = model_chat.page
    page.set_viewport_size({"width": 900, "height": 600})
    model.script("\n\n".join(f"פסקה {number}: {ANSWER}" for number in range(30)))
    model.allow()
    model_chat.ask(QUESTION)
    model_chat.wait_for_end()
    model_chat.box.fill("\n".join("שורה" for _ in range(6)))
    for start, key in (("scrollTo(0, 0)", "Tab"), ("scrollTo(0, 1e6)", "Shift+Tab")):
        page.evaluate(start)
        marks = model_chat.answer.locator("a, button")
        (marks.first if key == "Tab" else marks.last).evaluate("mark => mark.focus({preventScroll: true})")
        for _ in range(40):
            page.keyboard.press(key)
            if page.evaluate("document.activeElement.closest('.log') !== null"):
                assert page.evaluate(IS_UNCOVERED) is True


def test_the_list_of_conversations_keeps_the_focus_while_it_is_a_drawer_and_can_be_brought_back(
    model_chat: ChatPage,
) -> None:
    page, sidebar = model_chat.page, model_chat.page.locator(".sidebar")
    opener = page.locator(".chat-header__menu")
    page.set_viewport_size({"width": 390, "height": 844})
    opener.press("Enter")
    expect(sidebar.locator(".sidebar__close")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('body, .sidebar *')")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("Control+Shift+S")
    expect(sidebar).to_be_hidden()
    opener.press("Enter")
    expect(sidebar).to_be_visible()
    expect(sidebar.locator(".sidebar__new")).to_be_focused()
    expect(opener).to_be_hidden()


def ask_stop_and_continue(chat: ChatPage, model: CardboardModel) -> None:
    page = chat.page
    model.withhold()
    model.script(ANSWER)
    press(page, page.locator(".skip-link"))
    go_to(page, chat.box)
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    model.allow(5)
    expect(chat.text).to_contain_text("מכ")
    page.keyboard.press("Escape")
    chat.wait_for_end("stopped")
    expect(chat.box).to_be_focused()
    model.allow()
    press(page, chat.answer.get_by_role("button", name="המשך התשובה"), by="Shift+Tab")
    chat.wait_for_end()
    expect(chat.box).to_be_focused()


def open_and_close_the_source(chat: ChatPage) -> None:
    page, citation = chat.page, chat.answer.locator(".cite a").first
    go_to(page, citation, "Shift+Tab")
    expect(page.locator(".preview")).to_be_visible()
    page.keyboard.press("Enter")
    expect(chat.panel.locator("mark").first).to_be_visible()
    assert page.evaluate(IS_SEEN) is True
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(citation).to_be_focused()


def rename_pin_delete_and_bring_back(chat: ChatPage) -> None:
    page = chat.page
    line = page.locator(".conversations__item", has=page.locator("[aria-current=page]"))
    more, address = line.locator(".conversations__more"), page.url
    press(page, more, by="Shift+Tab")
    press(page, page.get_by_role("menuitem", name="שינוי השם"), by="ArrowDown")
    expect(page.locator("#rename-name")).to_be_focused()
    page.keyboard.type("חופשות בארגון")
    page.keyboard.press("Enter")
    expect(line).to_contain_text("חופשות בארגון")
    press(page, more, by="Shift+Tab")
    press(page, page.get_by_role("menuitem", name="הצמדה"), by="ArrowDown")
    expect(line.locator("[data-part=pinned-word]")).to_be_attached()
    press(page, more, by="Shift+Tab")
    press(page, page.get_by_role("menuitem", name="מחיקה"), by="ArrowDown")
    press(page, page.locator(".toast").get_by_role("button", name="ביטול הפעולה"))
    expect(page).to_have_url(address)
    expect(chat.text).to_contain_text("21 ימים")


def search(chat: ChatPage) -> None:
    page = chat.page
    page.keyboard.press("Control+k")
    expect(page.locator("#conversation-search")).to_be_focused()
    assert page.evaluate(IS_SEEN) is True
    page.keyboard.type("21 ימים")
    found = page.locator(".conversations__item", has=page.locator("[data-part=excerpt]:visible")).first
    press(page, found.locator(".conversations__link"))
    expect(page).to_have_url(re.compile(r"\?at="))
    chat.wait_until_connected()


def choose_the_look_and_leave(chat: ChatPage) -> None:
    page = chat.page
    menu = page.locator(".menu__button")
    press(page, menu)
    press(page, page.get_by_role("button", name="כהה"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="יציאה"))
    expect(page).to_have_url(re.compile("/accounts/login/"))
