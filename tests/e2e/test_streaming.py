"""An answer as it is written: growing, stopped, cut off and taken up again."""

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION
from tests.e2e.servers import Product
from tests.fakes.cardboard import CardboardModel

ANSWER = "מכסת החופשה היא 21 ימים. [1]\n\nVPN הוא הכלי לגישה מרחוק, והמוקד זמין ב-+972-3-123-4567. [1]"


def test_the_answer_grows_under_a_named_stage(model_chat: ChatPage, model: CardboardModel) -> None:
    model.script(ANSWER)
    model_chat.ask(QUESTION)
    expect(model_chat.answer.locator("[data-part=stage-name]")).to_have_text("כתיבת תשובה")
    expect(model_chat.answer).to_have_attribute("aria-busy", "true")
    expect(model_chat.page.locator("[data-part=status]")).to_have_text("נוצרת תשובה…")
    model.allow(5)
    expect(model_chat.text).to_have_text("מכסת ")
    model.allow()
    model_chat.wait_for_end()
    expect(model_chat.answer).not_to_have_attribute("aria-busy", "true")
    expect(model_chat.page.locator("[data-part=status]")).to_have_text("התשובה מוכנה")
    expect(model_chat.text.locator("p")).to_have_count(2)
    expect(model_chat.text.locator(".cite a")).to_have_count(2)


def test_no_live_region_holds_the_growing_text(model_chat: ChatPage, model: CardboardModel) -> None:
    model.script(ANSWER)
    model_chat.ask(QUESTION)
    model.allow()
    model_chat.wait_for_end()
    assert (
        model_chat.text.evaluate(
            "text => text.closest('[aria-live], [role=log], [role=status], [role=alert]')"
        )
        is None
    )


def test_stop_keeps_what_was_written_and_offers_another_try(
    model_chat: ChatPage, model: CardboardModel
) -> None:
    model.script(ANSWER)
    model_chat.ask(QUESTION)
    model.allow(10)
    expect(model_chat.text).to_contain_text("מכסת")
    model_chat.stop()
    model_chat.wait_for_end("stopped")
    expect(model_chat.answer.get_by_text("התשובה נעצרה.")).to_be_visible()
    expect(model_chat.page.locator("[data-part=status]")).to_have_text("התשובה נעצרה.")
    expect(model_chat.text).to_contain_text("מכסת")
    expect(model_chat.page.locator("[data-action=send]")).to_be_visible()
    model.allow()
    model_chat.answer.get_by_role("button", name="שאילת השאלה שוב").click()
    model_chat.wait_for_end()
    expect(model_chat.page.locator(".question")).to_have_count(2)


def test_a_stopped_answer_is_continued_where_it_stands(model_chat: ChatPage, model: CardboardModel) -> None:
    page = model_chat.page
    model.script(ANSWER)
    model_chat.ask(QUESTION)
    model.allow(12)
    expect(model_chat.text).to_contain_text("מכסת הח")
    model_chat.stop()
    model_chat.wait_for_end("stopped")
    begun = model_chat.text.inner_text()
    page.reload()
    model_chat.wait_until_connected()
    model.script("ופשה היא 21 ימים. [1]")
    model_chat.answer.get_by_role("button", name="המשך התשובה").click()
    expect(model_chat.answer).to_have_attribute("aria-busy", "true")
    expect(model_chat.text).to_contain_text(begun)
    model.allow()
    model_chat.wait_for_end()
    expect(model_chat.text).to_have_text(re.compile(rf"^{begun}.*21 ימים", re.DOTALL))
    expect(page.locator("[data-part=answer]")).to_have_count(1)
    expect(model_chat.answer.locator(".pager")).to_contain_text("2/2")
    expect(model_chat.answer.locator("[data-part=ending]")).to_be_hidden()


def test_escape_stops_too(model_chat: ChatPage, model: CardboardModel) -> None:
    model.script(ANSWER)
    model_chat.ask(QUESTION)
    model.allow(3)
    expect(model_chat.text).not_to_be_empty()
    model_chat.page.keyboard.press("Escape")
    model_chat.wait_for_end("stopped")


def test_a_reload_in_the_middle_shows_the_whole_answer(model_chat: ChatPage, model: CardboardModel) -> None:
    model.script(ANSWER)
    model_chat.ask(QUESTION)
    model.allow(20)
    expect(model_chat.text).to_contain_text("21")
    model_chat.page.reload()
    expect(model_chat.text).to_contain_text("21")
    model.allow()
    model_chat.wait_for_end()
    assert "".join(model_chat.text.locator("p").all_inner_texts()).count("מכסת") == 1
    expect(model_chat.text).to_contain_text("+972-3-123-4567")


def test_a_cut_connection_is_taken_up_without_gap_or_repetition(
    model_page: Page, model: CardboardModel, model_product: Product
) -> None:
    wire = Wire(model_page)
    chat = ChatPage(model_page, model_product.url)
    chat.open()
    model.script(ANSWER)
    chat.ask(QUESTION)
    model.allow(12)
    expect(chat.text).to_contain_text("מכסת הח")
    wire.cut()
    model.allow()
    chat.wait_for_end()
    expect(chat.text.locator("p").first).to_contain_text("מכסת החופשה היא 21 ימים.")
    assert any('"resume"' in frame for frame in wire.sent)
    numbers = chat.text.evaluate("text => text.innerText.split('מכסת').length - 1")
    assert numbers == 1


def test_a_question_that_met_no_connection_is_sent_once_when_there_is_one(
    model_page: Page, model: CardboardModel, model_product: Product
) -> None:
    wire = Wire(model_page)
    chat = ChatPage(model_page, model_product.url)
    chat.open()
    model.script("כן. [1]")
    model.allow()
    wire.refusal = 1012
    wire.cut()
    chat.ask(QUESTION)
    expect(chat.answer.locator("[data-part=stage-name]")).to_contain_text("המתנה לחיבור")
    wire.refusal = 0
    chat.wait_for_end()
    expect(model_page.locator(".question")).to_have_count(1)


def test_markup_in_an_answer_is_shown_as_text(model_chat: ChatPage, model: CardboardModel) -> None:
    model.script("<script>alert(1)</script> <img src=x onerror=alert(2)> javascript:alert(3)")
    model_chat.ask(QUESTION)
    model.allow()
    model_chat.wait_for_end()
    expect(model_chat.text).to_contain_text("<img src=x onerror=alert(2)>")
    assert model_chat.text.locator("img, script, a[href^=javascript]").count() == 0


def test_a_model_that_fails_is_told_in_words_and_can_be_asked_again(
    model_chat: ChatPage, model: CardboardModel
) -> None:
    model.script("כן. [1]")
    model.fail("status")
    model_chat.ask(QUESTION)
    model_chat.wait_for_end("failed")
    model.fail("none")
    ending = model_chat.answer.locator("[data-part=ending-text]")
    spoken = model_chat.page.get_by_role("alert").first.inner_text()
    assert re.search("[א-ת]", spoken)
    assert ending.inner_text().startswith(spoken)  # the code for the support is read, not heard
    model.allow()
    model_chat.answer.get_by_role("button", name="שאילת השאלה שוב").click()
    model_chat.wait_for_end()


def test_an_expired_login_keeps_what_was_written(model_page: Page, model_product: Product) -> None:
    wire = Wire(model_page)
    chat = ChatPage(model_page, model_product.url)
    chat.open()
    chat.box.fill("שאלה שעוד לא נשלחה")
    wire.refusal = 4401
    wire.cut()
    expect(model_page.get_by_text("תוקף הכניסה פג. מה שנכתב כאן נשמר.")).to_be_visible()
    wire.refusal = 0
    model_page.goto(f"{chat.url}/")
    expect(chat.box).to_have_value("שאלה שעוד לא נשלחה")


class Wire:
    """The page's sockets, which a test may cut; `sent` are the frames that the page has sent."""

    def __init__(self, page: Page) -> None:
        self.refusal = 0  # the code to close new sockets with
        self.sent: list[str] = []
        self._open: list[WebSocketRoute] = []
        page.route_web_socket("**/ws/chat/", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        if self.refusal:
            route.close(code=self.refusal)
            return
        server = route.connect_to_server()
        self._open.append(route)

        def pass_on(message: str | bytes) -> None:
            self.sent.append(str(message))
            server.send(message)

        route.on_message(pass_on)

    def cut(self) -> None:
        for route in self._open:
            route.close(code=1012)
        self._open.clear()
