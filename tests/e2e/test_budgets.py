"""What opening the chat page may cost its reader, in bytes and counts; `bench.chat_page` measures times."""

from playwright.sync_api import StorageState

from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.servers import Product

MOST_BYTES, MOST_REQUESTS = 150_000, 50
# A tenth of what counts as good: a line that grows by a pixel when its face arrives.
MOST_SHIFT = 0.01
OBSERVE = """
globalThis.shift = 0;
new PerformanceObserver((list) => {
  for (const {value, hadRecentInput} of list.getEntries()) if (!hadRecentInput) globalThis.shift += value;
}).observe({type: "layout-shift", buffered: true});
"""


def test_the_page_is_light_and_nothing_moves_when_it_has_come(
    open_context: OpenContext, product: Product, session: StorageState
) -> None:
    page = open_context(storage_state=session).new_page()
    page.add_init_script(OBSERVE)
    received: list[float] = []
    network = page.context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    network.send("Network.enable")
    ChatPage(page, product.url).open()
    page.wait_for_load_state("networkidle")
    assert sum(received) <= MOST_BYTES
    assert len(received) <= MOST_REQUESTS
    assert page.evaluate("shift") <= MOST_SHIFT
