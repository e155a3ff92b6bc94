"""Two hundred payloads wherever people name, write or upload something, on every page that shows it.

They are in the database at once and each page is opened once, without the content security policy that would
stop what got through: nothing runs, nobody else is asked, no element is made of a text. Which places there
are, `places.py` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.e2e import hostile
from tests.e2e.conftest import session_of
from tests.e2e.injection import Watch, made_of_text
from tests.e2e.payloads import ELSEWHERE, payloads
from tests.e2e.places import ASKED, FORMS, VISITORS, pages_of
from tests.e2e.servers import Product

EVERYTHING = " ".join(payloads())
CONTROL = "http://pages.example/"
# Writes the text into every box of the page's main form and sends it, also where the browser would refuse it.
SEND = """text => {
  const boxes = "input[type=text], input[type=email], input[type=search], input:not([type]), textarea";
  const forms = [...document.querySelectorAll("main form, #content form")];
  const form = forms.find(one => one.querySelector(boxes));
  for (const box of form.querySelectorAll(boxes)) {
    box.removeAttribute("maxlength");
    box.value = text;
  }
  form.noValidate = true;
  form.requestSubmit(form.querySelector("button[type=submit], input[type=submit]"));
}"""


@dataclass(frozen=True, slots=True)
class Hostile:
    """An organisation full of payloads, its visitors' sessions, and what fills the places in addresses."""

    sessions: dict[str, StorageState | None]
    ids: dict[str, str]


@pytest.fixture(scope="module")
def there(browser: Browser, product: Product) -> Hostile:
    # A few are embedded in earnest, for what is found; the rest are rows.
    text = "\n\n".join((f"{hostile.SAID} את זה.", *payloads()[:30])).replace("\0", "")
    document = (f"{hostile.SAID} {payloads()[0]}", text)
    manager = product.organization("ארגון עוין", [document], username=f"hostile-{product.port}")
    ids = hostile.made(product.home, manager)
    sessions = {
        "manager": session_of(browser, product, manager),
        "operator": session_of(browser, product, hostile.operator_of(manager)),
        "anonymous": None,
    }
    return Hostile(sessions, {**ids, "said": quote(hostile.SAID), "all": quote(EVERYTHING[:1500], safe="")})


class Visit:
    """A page that is watched while it goes from address to address."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.watch = Watch(page, origin=f"{origin}/")
        self.made: list[str] = []

    def open(self, path: str) -> None:
        self.page.goto(f"{self.origin}{path}")
        self.look()

    def send(self, path: str, text: str) -> None:
        """Open a form, write that text into all its boxes, and look at what is said to it."""
        self.page.goto(f"{self.origin}{path}")
        with self.page.expect_navigation():
            self.page.evaluate(SEND, text)
        self.look()

    def look(self) -> None:
        self.made += [f"{self.page.url}: {one}" for one in made_of_text(self.page, f"{self.origin}/")]

    def verdict(self) -> tuple[list[str], list[str], list[str]]:
        """Return what was made, what ran and who was asked."""
        return self.made, self.watch.executed, self.watch.asked


@pytest.fixture
def context(browser: Browser, there: Hostile, visitor: str) -> Iterator[BrowserContext]:
    """A profile of that visitor in which nothing but our own code stops what a text would do."""
    options = {"locale": "he-IL", "service_workers": "block", "storage_state": there.sessions[visitor]}
    context = browser.new_context(bypass_csp=True, **options)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, product: Product) -> Visit:
    return Visit(context.new_page(), product.url)


@pytest.fixture
def visitor() -> str:
    return "manager"


@pytest.mark.parametrize(
    "payload", ["<img src=x onerror=alert(1)>", f"<img src={ELSEWHERE}/a.png>", "<svg onload=alert(1)>"]
)
def test_a_page_that_takes_texts_for_markup_is_found_out(context: BrowserContext, payload: str) -> None:
    page = context.new_page()
    page.route(f"{CONTROL}**", lambda route: route.fulfill(body=payload, content_type="text/html"))
    page.route(f"{ELSEWHERE}/**", lambda route: route.fulfill(body=""))
    visit = Visit(page, CONTROL.rstrip("/"))
    visit.open("/")
    made, executed, asked = visit.verdict()
    assert made
    assert executed or asked


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_that_may_be_opened_shows_texts_as_text(
    visit: Visit, there: Hostile, visitor: str
) -> None:
    for path in [*pages_of(visitor, there.ids), *(path.format(**there.ids) for path in ASKED[visitor])]:
        visit.open(path)
    assert visit.verdict() == ([], [], [])


@pytest.mark.parametrize("visitor", FORMS)
def test_what_forms_say_again_stays_text(visit: Visit, there: Hostile, visitor: str) -> None:
    for path in FORMS[visitor]:
        for text in (EVERYTHING, payloads()[0]):
            visit.send(path.format(**there.ids), text)
    assert visit.verdict() == ([], [], [])


def test_further_pages_of_the_list_and_what_is_found_as_somebody_types(visit: Visit) -> None:
    visit.open("/")
    while visit.page.locator("a[data-part=more]").count():
        visit.open(str(visit.page.locator("a[data-part=more]").first.get_attribute("href")))
    visit.page.locator("#conversation-search").fill(hostile.SAID)
    expect(visit.page.locator(".conversations__item").first).to_contain_text(hostile.SAID)
    visit.look()
    assert visit.verdict() == ([], [], [])


def test_the_bell_lists_texts_as_text(visit: Visit) -> None:
    visit.open("/")
    visit.page.locator("[data-part=bell-button]").click()
    expect(visit.page.locator("[data-part=bell-list] .news__about").first).to_be_visible()
    visit.look()
    visit.open("/notifications/?page=2")
    assert visit.verdict() == ([], [], [])


@pytest.mark.parametrize("kind", ["markdown", "json", "docx"])
def test_an_export_is_a_file_and_never_a_page(visit: Visit, there: Hostile, kind: str) -> None:
    conversation = f"{visit.origin}/api/v1/conversations/{there.ids['conversation_id']}"
    answer = visit.page.request.get(f"{conversation}/export?type={kind}")
    assert answer.ok
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "text/html" not in answer.headers["content-type"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_the_audit_trail_as_a_file_is_never_a_page(visit: Visit, kind: str) -> None:
    answer = visit.page.request.get(f"{visit.origin}/admin/accounts/auditentry/file.{kind}")
    assert answer.ok
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
