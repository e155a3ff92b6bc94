"""Two hundred payloads wherever people name, write or upload something, on every page that shows it.

They are in the database at once and each page is opened once, without the content security policy that would
stop what got through: nothing runs, nobody else is asked, no element is made of a text.
"""

from dataclasses import dataclass
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e import hostile
from tests.e2e.conftest import OpenContext, session_of
from tests.e2e.injection import Watch, made_of_text
from tests.e2e.payloads import ELSEWHERE, payloads
from tests.e2e.servers import Product

EVERYTHING = " ".join(payloads())
CONTROL = "http://pages.example/"
ADMIN = [
    *("", "retrieval/document/", "retrieval/document/?p=1", "retrieval/document/{document}/change/"),
    *("retrieval/document/{document}/history/", "retrieval/document/{document}/delete/"),
    *("retrieval/glossaryentry/", "retrieval/glossaryentry/?p=1", "accounts/user/", "accounts/user/?p=1"),
    *("accounts/department/", "accounts/department/?p=1", "accounts/department/{department}/change/"),
    *("accounts/invitation/add/", "analytics/dailyusage/dashboard/", "retrieval/document/?q={q}"),
]
PAGES = ["accounts/profile/", "c/{conversation}/", "shared/{share}/", "?q={q}"]


@dataclass(frozen=True, slots=True)
class Hostile:
    """An organisation full of payloads, and its manager's session."""

    session: StorageState
    ids: dict[str, str]


@pytest.fixture(scope="module")
def there(browser: Browser, product: Product) -> Hostile:
    manager = product.organization("ארגון עוין", [], username=f"hostile-{product.port}")
    ids = hostile.made(product.home, manager)
    return Hostile(session_of(browser, product, manager), {**ids, "q": quote(EVERYTHING[:1500])})


class Visit:
    """A page that is watched while it goes from address to address."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = f"{origin}/"
        self.watch = Watch(page, origin=self.origin)
        self.made: list[str] = []

    def open(self, path: str) -> None:
        self.page.goto(f"{self.origin}{path}")
        self.look()

    def look(self) -> None:
        self.made += [f"{self.page.url}: {one}" for one in made_of_text(self.page, self.origin)]

    def verdict(self) -> tuple[list[str], list[str], list[str]]:
        """Return what was made, what ran and who was asked."""
        return self.made, self.watch.executed, self.watch.asked


@pytest.fixture
def visit(open_context: OpenContext, product: Product, there: Hostile) -> Visit:
    return Visit(open_context(storage_state=there.session, bypass_csp=True).new_page(), product.url)


@pytest.mark.parametrize(
    "payload", ["<img src=x onerror=alert(1)>", f"<img src={ELSEWHERE}/a.png>", "<svg onload=alert(1)>"]
)
def test_a_page_that_takes_texts_for_markup_is_found_out(open_context: OpenContext, payload: str) -> None:
    page = open_context(bypass_csp=True).new_page()
    page.route(f"{CONTROL}**", lambda route: route.fulfill(body=payload, content_type="text/html"))
    page.route(f"{ELSEWHERE}/**", lambda route: route.fulfill(body=""))
    visit = Visit(page, CONTROL.rstrip("/"))
    visit.open("")
    made, executed, asked = visit.verdict()
    assert made
    assert executed or asked


def test_names_titles_and_documents_in_the_administration(visit: Visit, there: Hostile) -> None:
    for path in ADMIN:
        visit.open(f"admin/{path.format(**there.ids)}")
    assert visit.verdict() == ([], [], [])


def test_titles_in_the_lists_of_the_chat_and_what_is_found(visit: Visit, there: Hostile) -> None:
    for path in PAGES:
        visit.open(path.format(**there.ids))
    visit.open("")
    while more := visit.page.locator("[data-part=more]").first.get_attribute("href"):
        visit.open(more.removeprefix("/"))
        if not visit.page.locator("[data-part=more]").count():
            break
    visit.page.locator("#conversation-search").fill(hostile.SAID)
    expect(visit.page.locator(".conversations__item").first).to_contain_text(hostile.SAID)
    visit.look()
    assert visit.verdict() == ([], [], [])


@pytest.mark.parametrize("kind", ["markdown", "json", "docx"])
def test_an_export_is_a_file_and_never_a_page(visit: Visit, there: Hostile, kind: str) -> None:
    address = f"{visit.origin}api/v1/conversations/{there.ids['conversation']}/export?type={kind}"
    answer = visit.page.request.get(address)
    assert answer.ok
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "text/html" not in answer.headers["content-type"]
