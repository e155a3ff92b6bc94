"""The administration as a manager sees it, on a phone and on a desk."""

import pytest
from playwright.sync_api import Page, StorageState, ViewportSize, expect

from tests.e2e.conftest import OpenContext
from tests.e2e.servers import Product

# From where to where the letters of an element reach.
EXTENT = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const {left, right} = range.getBoundingClientRect();
  return [left, right];
}"""
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def page(open_context: OpenContext, session: StorageState) -> Page:
    return open_context(storage_state=session).new_page()


@pytest.mark.parametrize("path", ["retrieval/document/", "accounts/user/"])
def test_a_list_shows_every_column_on_a_phone(page: Page, product: Product, path: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{product.url}/admin/{path}")
    cells = page.locator("#result_list tbody :is(td, th)")
    expect(cells.first).to_be_visible()
    outside = cells.evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect())"
        ".filter(({left, right}) => left < 0 || right > innerWidth).length"
    )
    assert outside == 0
    expect(page.locator("#result_list td[data-label]").first).to_be_visible()


def test_a_latin_name_stands_where_the_page_begins_to_be_read(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/admin/accounts/user/")
    page.locator("#result_list tbody th a").first.click()
    name, tools = page.locator("#content > h2"), page.locator(".object-tools a").first
    places = [place.evaluate(EXTENT) for place in (name, tools)]
    (left, _right), (_left, end) = places
    assert left > end


def test_many_files_dropped_on_the_list_become_documents_and_a_refusal_is_said(
    page: Page, product: Product
) -> None:
    page.goto(f"{product.url}/admin/retrieval/document/")
    files = {f"נוהל גרירה {number}.txt": f"נוהל גרירה מספר {number}" for number in (1, 2)} | {
        "תוכנה.exe": "MZ"
    }
    dropped = page.evaluate_handle(
        """files => {
          const carried = new DataTransfer();
          for (const [name, text] of Object.entries(files)) carried.items.add(new File([text], name));
          return carried;
        }""",
        files,
    )
    page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    expect(page.locator(".drop__added")).to_have_count(2)
    expect(page.locator(".drop__refused")).to_contain_text("תוכנה.exe")
    page.locator("[data-part=reload]").click()
    expect(page.locator("#result_list tbody tr").filter(has_text="נוהל גרירה")).to_have_count(2)
