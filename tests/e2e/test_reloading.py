"""A reload at any moment after Enter: the question is there, once, and so is its answer.

The hard moment: the server wrote the new page before it had the question, and the old page heard that the
question was accepted before the new one arrived.
"""

from playwright.sync_api import Route, expect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION

ANOTHER = "מה תקרת ההחזר על ארוחה בנסיעת עבודה?"


class EarlierPage:
    """The page at the browser's present address as the server writes it now; `arrive` reloads into it."""

    def __init__(self, chat: ChatPage) -> None:
        self.page = chat.page
        self.url = chat.page.url
        self._written = chat.page.context.request.get(self.url)
        # Chromium does not know where a page comes from that a test hands out.
        chat.page.context.grant_permissions(["local-network-access"])

    def arrive(self) -> None:
        self.page.evaluate("url => history.replaceState({}, '', url)", self.url)
        self.page.route(self.url, self._answer, times=1)
        self.page.reload()

    def _answer(self, route: Route) -> None:
        route.fulfill(response=self._written)


def test_the_first_question_of_a_conversation_outlives_a_page_that_was_written_before_it(
    chat: ChatPage,
) -> None:
    earlier = EarlierPage(chat)
    chat.ask(QUESTION)
    chat.wait_for_end()
    earlier.arrive()
    expect(chat.page.locator(".question__text")).to_have_text([QUESTION])
    chat.wait_for_end()
    expect(chat.page.locator("[data-part=answer]")).to_have_count(1)
    assert chat.is_at_conversation()


def test_a_later_question_outlives_a_page_that_was_written_before_it(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    earlier = EarlierPage(chat)
    chat.ask(ANOTHER)
    chat.wait_for_end()
    earlier.arrive()
    expect(chat.page.locator(".question__text")).to_have_text([QUESTION, ANOTHER])
    chat.wait_for_end()
    chat.page.reload()
    expect(chat.page.locator(".question__text")).to_have_text([QUESTION, ANOTHER])
    expect(chat.page.locator("[data-part=answer]")).to_have_count(2)


def test_a_new_conversation_begins_empty(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    chat.open()
    chat.page.reload()
    chat.wait_until_connected()
    expect(chat.page.locator(".question")).to_have_count(0)


def test_back_from_the_first_question_leads_to_the_empty_page_and_then_away(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    chat.page.go_back(wait_until="commit")
    expect(chat.page.locator("[data-empty]")).to_be_visible()
    chat.wait_until_connected()
    expect(chat.page.locator(".question")).to_have_count(0)
    assert not chat.is_at_conversation()
    chat.page.go_back()
    assert chat.page.url == "about:blank"
    chat.page.go_forward()
    chat.page.go_forward()
    expect(chat.page.locator(".question__text")).to_have_text([QUESTION])
