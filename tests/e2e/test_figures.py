"""The dashboard and the graph of who asks about what, as a manager uses them by hand, keyboard and phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.year.figures import DEPARTMENTS
from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.figures import write_figures
from tests.e2e.servers import Person, Product

FIGURES = "admin/analytics/dailyusage"
NODES = "[data-node]"


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, Person]]:
    """A product of its own: many people ask there."""
    home: Path = tmp_path_factory.mktemp("figures")
    with Product(home) as product:
        manager = product.organization("עירייה", [])
        write_figures(product, manager)
        yield product, manager


@pytest.fixture
def page(open_context: OpenContext, counted: tuple[Product, Person], browser: Browser) -> Page:
    product, manager = counted
    chat = ChatPage(open_context().new_page(), product.url)
    chat.log_in(manager)
    return chat.page


def pixels_of(page: Page, plot: str) -> int:
    """Return how many pixels of a plot are painted."""
    return int(
        page.locator(f"[data-chart={plot}]").evaluate(
            "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
            ".data.filter((value, at) => at % 4 === 3 && value).length"
        )
    )


def test_every_plot_is_drawn_and_its_table_opens(page: Page, counted: tuple[Product, Person]) -> None:
    page.goto(f"{counted[0].url}/{FIGURES}/dashboard/?days=90")
    expect(page.locator("canvas[data-chart]")).to_have_count(8)
    for plot in ("questions", "people", "topics", "documents", "confidence", "waiting", "tokens"):
        assert pixels_of(page, plot) > 1000
    table = page.locator("section", has=page.locator("[data-chart=topics]")).locator("details")
    expect(table.locator("table")).to_be_hidden()
    table.locator("summary").click()
    expect(table.locator("tbody tr").first).to_be_visible()


def test_a_department_is_chosen_and_taken_along_to_another_period(
    page: Page, counted: tuple[Product, Person]
) -> None:
    page.goto(f"{counted[0].url}/{FIGURES}/dashboard/?days=90")
    page.get_by_label("מחלקה").select_option(label=DEPARTMENTS[0])
    page.get_by_role("button", name="הצגה").click()
    expect(page.locator(".help")).to_contain_text("שבועות שלמים")
    page.get_by_role("link", name="7 ימים").click()
    assert "department_id" in page.url
    expect(page.get_by_label("מחלקה").locator("option:checked")).to_have_text(DEPARTMENTS[0])


def test_choosing_a_node_shows_what_it_is_connected_with(page: Page, counted: tuple[Product, Person]) -> None:
    page.goto(f"{counted[0].url}/{FIGURES}/graph/?days=90")
    lines, nodes = page.locator(".graph__lines path[d]"), page.locator(NODES)
    rows = page.locator("tr[data-source]")
    expect(lines).to_have_count(rows.count())
    nodes.first.click()
    expect(nodes.first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-part=told]")).to_contain_text("בקשר עם")
    assert 0 < page.locator(".graph__lines path.is-connected").count() < lines.count()
    page.locator("summary").click()
    assert 0 < page.locator("tr[data-source]:visible").count() < rows.count()
    page.keyboard.press("Escape")
    nodes.first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("tr[data-source]:visible")).to_have_count(rows.count())


def test_the_graph_is_walked_by_arrow_keys_as_it_is_read(page: Page, counted: tuple[Product, Person]) -> None:
    page.goto(f"{counted[0].url}/{FIGURES}/graph/?days=90")
    page.locator(".graph__node--department").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".graph__node--department").nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")  # onwards, where one reads from the right
    expect(page.locator(".graph__node--topic").nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".graph__node--document").nth(1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".graph__node--topic").nth(1)).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("path", ["dashboard/?days=90", "graph/?days=90"])
def test_a_phone_shows_it_without_scrolling_sideways(
    page: Page, counted: tuple[Product, Person], path: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{counted[0].url}/{FIGURES}/{path}")
    expect(page.locator(f"canvas, {NODES}").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
