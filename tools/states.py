"""States of the chat page on `docs/screenshots`: what opens over a conversation, and what is lost."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION

Shoot = Callable[[Page, str], None]


def opened_over(chat: ChatPage, shoot: Shoot) -> None:
    """Open what can be done with a conversation and with its messages, one after another."""
    page = chat.page
    chat.open()
    chat.ask(QUESTION)
    chat.wait_for_end()
    page.locator(".question [data-action=edit]").last.press("Enter")
    shoot(page, "editing")
    page.keyboard.press("Escape")
    chat.answer.locator("[data-rating=down]").click()
    page.locator("#rating-dialog").wait_for()
    shoot(page, "rating")
    page.keyboard.press("Escape")
    address = shared(chat, shoot)
    page.keyboard.press("Control+k")
    page.locator(".conversations__more").first.press("Enter")
    page.locator("#conversation-menu").wait_for()
    shoot(page, "conversation-menu")
    page.keyboard.press("Escape")
    page.locator("#conversation-search").fill("לחופשה")
    page.locator(".conversations__excerpt:not([hidden])").first.wait_for()
    shoot(page, "search")
    page.goto(address)
    shoot(page, "shared")


def shared(chat: ChatPage, shoot: Shoot) -> str:
    """Share the conversation and return its address."""
    chat.answer.locator("[data-action=share]").click()
    chat.page.locator("#share-dialog [data-do=copy]").click()
    address = chat.page.locator("#share-address")
    expect(address).not_to_have_value("")
    shoot(chat.page, "share")
    chat.page.keyboard.press("Escape")
    return address.input_value()


def losses(chat: ChatPage, shoot: Shoot) -> None:
    """Lose the network, and then the login, while something is being written; nobody is logged in after."""
    page = chat.page
    chat.open()
    chat.box.fill("מה צריך לדעת לפני")
    page.context.set_offline(True)
    page.locator("[data-part=banner]").wait_for()
    shoot(page, "offline")
    page.context.set_offline(False)
    chat.wait_until_connected()
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    page.locator("#conversation-search").fill("חופשה")
    page.locator(".chat__expired").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    shoot(page, "expired")
