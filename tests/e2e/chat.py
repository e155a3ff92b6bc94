"""The chat page as a person sees it."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.servers import Person

ANSWER_SECONDS = 20_000
CONNECTED = '.connection[data-state="ready"]'


class ChatPage:
    """One tab of the chat."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def log_in(self, person: Person) -> None:
        """Log in by the form and arrive at the chat."""
        self.page.goto(f"{self.url}/")
        self.page.locator("input[name=username]").fill(person.username)
        self.page.locator("input[name=password]").fill(person.password)
        self.page.locator("main form button").last.click()
        self.wait_until_connected()

    def open(self) -> None:
        """Open the chat's first page."""
        self.page.goto(f"{self.url}/")
        self.wait_until_connected()

    def wait_until_connected(self) -> None:
        expect(self.page.locator(CONNECTED)).to_be_attached()

    @property
    def box(self) -> Locator:
        return self.page.locator("#composer-text")

    @property
    def answer(self) -> Locator:
        """The latest answer."""
        return self.page.locator("[data-part=answer]").last

    @property
    def text(self) -> Locator:
        return self.answer.locator(".answer__text")

    @property
    def panel(self) -> Locator:
        return self.page.locator("[data-part=panel]")

    def ask(self, question: str) -> None:
        """Write a question and send it with Enter."""
        self.box.fill(question)
        self.box.press("Enter")

    def wait_for_end(self, status: str = "complete") -> None:
        """Wait until the latest answer has ended in that way."""
        expect(self.answer).to_have_attribute("data-status", status, timeout=ANSWER_SECONDS)

    def stop(self) -> None:
        self.page.get_by_role("button", name="עצירת התשובה").click()

    def is_at_conversation(self) -> bool:
        return re.search(r"/c/[0-9a-f-]{36}/$", self.page.url) is not None
