"""What the chat page may cost its reader, in bytes and counts; `bench.chat_page` measures times."""

from playwright.sync_api import Page, StorageState

from bench import chat_page
from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.servers import Product

# The page, two sheets, two scripts, two faces, two pictures.
MOST_BYTES, MOST_REQUESTS = 100_000, 12
# A frame of the screen has one drawing, and looks once where the end is.
MOST_LAYOUTS_PER_FRAME = 2


def opened(page: Page, product: Product) -> Page:
    page.add_init_script(chat_page.OBSERVE)
    ChatPage(page, product.url).open()
    page.wait_for_load_state("networkidle")
    return page


def test_the_page_is_light_and_nothing_moves_when_it_has_come(
    open_context: OpenContext, product: Product, session: StorageState
) -> None:
    page = open_context(storage_state=session).new_page()
    received: list[float] = []
    network = page.context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    network.send("Network.enable")
    opened(page, product)
    assert sum(received) <= MOST_BYTES
    assert len(received) <= MOST_REQUESTS
    assert page.evaluate("[seen.shift, seen.moved]") == [0, []]


def test_an_answer_beneath_many_messages_moves_nothing_and_costs_few_layouts(
    open_context: OpenContext, product: Product, session: StorageState
) -> None:
    page = opened(open_context(storage_state=session).new_page(), product)
    seen = chat_page.stream_into(page, tokens=200)
    assert seen["moved"] == []
    assert seen["layouts"] <= MOST_LAYOUTS_PER_FRAME * seen["frames"]
