"""On which pages the words of a passage stand."""

import pytest

from retrieval.models import Document, Passage
from retrieval.pages import page_at, pages_of
from retrieval.types import PageStart

HEADER = "| פריט | מחיר |\n|---|---|\n"


@pytest.mark.parametrize(
    ("start", "end", "page", "header", "pages"),
    [
        (10, 90, 1, "", [(1, 0)]),
        (80, 150, 1, "", [(1, 0), (2, 20)]),
        (80, 260, 1, "", [(1, 0), (2, 20), (3, 120)]),
        (100, 200, 2, "", [(2, 0)]),
        (150, 240, 2, HEADER, [(2, 0), (3, 50 + len(HEADER))]),
        (150, 240, 1, "", [(1, 0)]),
        (10, 90, None, "", []),
    ],
    ids=["one", "two", "three", "to the page's end", "a table goes on", "a new version is read", "no pages"],
)
def test_the_pages_of_a_passage_begin_where_they_do_in_the_document(
    start: int, end: int, page: int | None, header: str, pages: list[tuple[int, int]]
) -> None:
    document = Document(page_starts=[0, 100, 200] if page else [])
    passage = Passage(document=document, page=page, start=start, end=end, text=header + "א" * (end - start))
    assert pages_of(passage) == tuple(PageStart(*each) for each in pages)


@pytest.mark.parametrize(("offset", "page"), [(0, 3), (19, 3), (20, 4), (500, 5)])
def test_words_stand_on_the_page_that_began_last_before_them(offset: int, page: int) -> None:
    assert page_at((PageStart(3, 0), PageStart(4, 20), PageStart(5, 120)), offset) == page


def test_words_of_a_document_without_pages_stand_on_none() -> None:
    assert page_at((), 7) is None
