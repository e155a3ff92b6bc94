"""The clients that docs/streaming.md shows, as they stand there, over connections that break."""

import re
from typing import Any

from playwright.sync_api import Page

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION
from tests.e2e.servers import ROOT, Person, Product
from tests.fakes.cardboard import CardboardModel
from tests.fakes.forwarder import Forwarder

PAGE = (ROOT / "docs" / "streaming.md").read_text(encoding="utf-8")
ANSWER = "מכסת החופשה היא 21 ימים. [1]"
BEGINNING = 8
# Every socket of the page is kept, so that one can be broken.
WATCHED = """
() => {
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...words) { super(...words); sockets.push(this); }
  };
}
"""


BEGUN = """() => new Promise((resolve) => {
  const look = () => (text ? resolve() : setTimeout(look, 20));
  look();
})"""


def client(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_clients_are_as_short_as_they_look() -> None:
    python = client("python").partition("\n\n\n")[2].strip().splitlines()
    browser = client("js").strip().splitlines()
    assert max(len(python), len(browser)) <= 30


def test_the_program_reads_on_after_its_connection_was_cut(
    model_product: Product, model_person: Person, model: CardboardModel
) -> None:
    model.withhold()
    model.script(ANSWER)
    code: dict[str, Any] = {}
    exec(compile(client("python"), "docs/streaming.md", "exec"), code)  # noqa: S102  what the page shows
    with Forwarder("127.0.0.1", model_product.port) as wire:
        words = code["answer"](
            f"http://127.0.0.1:{wire.port}", model_person.username, model_person.password, QUESTION
        )
        model.allow(BEGINNING)
        text = next(words)
        wire.cut()
        wire.mend()
        model.allow()
        text += "".join(words)
    assert text == ANSWER


def test_the_page_reads_on_after_its_connection_was_cut(
    model_page: Page, model_product: Product, model: CardboardModel
) -> None:
    model.script(ANSWER)
    ChatPage(model_page, model_product.url).open()
    model_page.evaluate(WATCHED)
    model_page.evaluate(f"() => {{ window.answer = {client('js')} }}")
    model_page.evaluate(
        """question => {
          window.text = "";
          window.ended = answer(question, (words) => { text += words; });
        }""",
        QUESTION,
    )
    model.allow(BEGINNING)
    model_page.evaluate(BEGUN)
    model_page.evaluate("sockets.at(-1).close()")
    model.allow()
    done = model_page.evaluate("ended")
    assert (model_page.evaluate("text"), done["text"], done["status"]) == (ANSWER, ANSWER, "complete")
