"""A real browser against the real product. Every page is watched: an error on it fails its test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from tests.e2e.chat import CONNECTED, ChatPage
from tests.e2e.documents import DOCUMENTS, ORGANIZATION
from tests.e2e.firefox import ENTER, FIREFOX, Firefox
from tests.e2e.servers import Person, Product
from tests.e2e.streaming import Evaluating
from tests.fakes.cardboard import CardboardModel

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The embedded product, which answers by quoting."""
    with Product(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="session")
def person(product: Product) -> Person:
    return product.organization(ORGANIZATION, DOCUMENTS)


@pytest.fixture(scope="session")
def model() -> Iterator[CardboardModel]:
    with CardboardModel() as model:
        yield model


@pytest.fixture(scope="session")
def model_product(tmp_path_factory: pytest.TempPathFactory, model: CardboardModel) -> Iterator[Product]:
    """The product with a language model whose every word a test permits."""
    home = tmp_path_factory.mktemp("model-product")
    with Product(home, OLLAMA_URL=model.url, OLLAMA_MODEL="cardboard") as product:
        yield product


@pytest.fixture(scope="session")
def model_person(model_product: Product) -> Person:
    return model_product.organization(ORGANIZATION, DOCUMENTS)


OpenContext = Callable[..., BrowserContext]


def is_problem(said: ConsoleMessage) -> bool:
    """Tell errors from the browser's own remarks that a test took the network away, or that a file which it
    dropped on the list of documents was refused."""
    is_refused = "a status of 415" in said.text and said.location["url"].endswith("/api/v1/documents")
    return said.type == "error" and not is_refused and "net::ERR_INTERNET_DISCONNECTED" not in said.text


@pytest.fixture
def open_context(browser: Browser) -> Iterator[OpenContext]:
    """Open a browser's profile; when the test ends, nothing may have gone wrong on its pages."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("console", lambda said: problems.append(said.text) if is_problem(said) else None)

    def open_one(**options: object) -> BrowserContext:
        context = browser.new_context(**{"locale": "he-IL", "service_workers": "block", **options})  # type: ignore[arg-type]
        context.on("page", watch)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture(scope="session")
def session(browser: Browser, product: Product, person: Person) -> StorageState:
    """The cookies of somebody who has logged in by the form."""
    return session_of(browser, product, person)


@pytest.fixture(scope="session")
def model_session(browser: Browser, model_product: Product, model_person: Person) -> StorageState:
    return session_of(browser, model_product, model_person)


@pytest.fixture
def chat(open_context: OpenContext, product: Product, session: StorageState) -> ChatPage:
    """The chat of somebody who has logged in."""
    page = ChatPage(open_context(storage_state=session).new_page(), product.url)
    page.open()
    return page


@pytest.fixture
def model_page(
    open_context: OpenContext, model: CardboardModel, model_session: StorageState
) -> Iterator[Page]:
    """A page, not yet opened, of somebody who is logged in where a model writes the answers."""
    model.withhold()
    yield open_context(storage_state=model_session).new_page()
    model.allow()


@pytest.fixture
def model_chat(model_page: Page, model_product: Product) -> ChatPage:
    """The chat where a model writes the answers, one permitted piece after another."""
    page = ChatPage(model_page, model_product.url)
    page.open()
    return page


def session_of(browser: Browser, product: Product, person: Person) -> StorageState:
    """Return the cookies of that person, who logs in by the form."""
    context = browser.new_context(locale="he-IL")
    ChatPage(context.new_page(), product.url).log_in(person)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory, product: Product, person: Person) -> Iterator[Firefox]:
    """Firefox, where somebody has logged in by the form."""
    if not FIREFOX:
        pytest.skip("no Firefox on this machine")
    with Firefox(tmp_path_factory.mktemp("firefox")) as firefox:
        firefox.goto(f"{product.url}/")
        firefox.write("input[name=username]", person.username)
        firefox.write("input[name=password]", person.password)
        firefox.press(ENTER)
        firefox.wait_for(CONNECTED)
        yield firefox


@pytest.fixture(scope="session", params=["Chromium", "Firefox"])
def reading(request: pytest.FixtureRequest) -> Iterator[Evaluating]:
    """A page of the chat in each browser, into which one text after another can be streamed."""
    if request.param == "Firefox":
        yield cast(Firefox, request.getfixturevalue("firefox"))
        return
    browser: Browser = request.getfixturevalue("browser")
    context = browser.new_context(locale="he-IL", storage_state=request.getfixturevalue("session"))
    chat = ChatPage(context.new_page(), request.getfixturevalue("product").url)
    chat.open()
    yield chat.page
    context.close()
