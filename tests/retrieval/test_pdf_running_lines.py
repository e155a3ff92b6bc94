"""What stands at the top and foot of a PDF's pages: running lines once, and content always."""

from collections.abc import Sequence

import pytest

from retrieval.extract.pdf_glyphs import Sheet
from retrieval.extract.pdf_lines import Line, Segment
from retrieval.extract.pdf_running import without_running_lines

SIZE, SPACING, MARGIN = 12.0, 16.0, 60.0
BODY = ["לכל עובד מגיעים ימי חופשה לפי הוותק", "ובכפוף לאישור של המנהל."]


def line(text: str, base: float, size: float = SIZE) -> Line:
    parts = text.split("  ")
    return Line(
        tuple(Segment(200.0 * n, 200.0 * n + 90, base, size, size, part) for n, part in enumerate(parts))
    )


def sheet(texts: Sequence[str], *, top: str = "", foot: str = "", margin: float = MARGIN) -> Sheet:
    lines = [line(text, 700 - SPACING * place) for place, text in enumerate(texts)]
    above = [line(top, 700 + margin)] if top else []
    below = [line(foot, lines[-1].base - margin)] if foot else []
    return Sheet((*above, *lines, *below), 100, 0)


def said(sheets: Sequence[Sheet]) -> list[list[str]]:
    return [
        ["  ".join(segment.text for segment in each.segments) for each in page.lines]
        for page in without_running_lines(sheets)
    ]


def test_numbers_that_differ_from_page_to_page_are_content() -> None:
    totals = ("4,512", "7,930", "1,268", "9,041")
    pages = [
        sheet(BODY, top=f"חשבונית מס {7001 + n}", foot=f"סך הכול לתשלום: {total} שקלים")
        for n, total in enumerate(totals)
    ]
    found = said(pages)
    assert [page[0] for page in found] == [
        "חשבונית מס 7001",
        "חשבונית מס 7002",
        "חשבונית מס 7003",
        "חשבונית מס 7004",
    ]
    assert [page[-1] for page in found] == [f"סך הכול לתשלום: {total} שקלים" for total in totals]


@pytest.mark.parametrize("name", ["פרק {}", "נספח {}", "Chapter {}", "{}. כללי"])
def test_headings_that_count_as_the_pages_do_are_content(name: str) -> None:
    found = said([sheet(BODY, top=name.format(page)) for page in (1, 2, 3, 4)])
    assert [page[0] for page in found] == [name.format(page) for page in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "form", ["{}", "- {} -", "{}/4", "עמוד {}", "עמוד {} מתוך 4", "דף {}", "Page {}", "page {} of 4", "[{}]"]
)
@pytest.mark.parametrize("first", [1, 213])
def test_page_numbers_go(form: str, first: int) -> None:
    found = said([sheet(BODY, foot=form.format(first + page)) for page in range(4)])
    assert found == [BODY] * 4


def test_page_numbers_go_as_they_look_where_hebrew_is_seen_from_left_to_right() -> None:
    assert said([sheet(BODY, foot=f"4 ךותמ {page} דומע") for page in (1, 2, 3, 4)]) == [BODY] * 4


def test_what_every_page_says_is_kept_once() -> None:
    foot = "לפרטים: דנה כהן, 03-5551234"
    found = said([sheet(BODY, top="נוהל חופשה", foot=foot) for _page in range(4)])
    assert found == [["נוהל חופשה", *BODY, foot], *[BODY] * 3]


def test_what_stands_beside_the_page_number_is_kept_once_without_it() -> None:
    found = said([sheet(BODY, foot=f"דנה כהן 03-5551234  עמוד {page}") for page in (1, 2, 3, 4)])
    assert found == [[*BODY, "דנה כהן 03-5551234"], *[BODY] * 3]


def test_the_last_line_of_a_paragraph_that_every_page_repeats_stays() -> None:
    pages = [sheet([f"סעיף {page}", *BODY]) for page in range(10)]
    assert said(pages) == [[f"סעיף {page}", *BODY] for page in range(10)]


def test_lines_set_far_apart_all_over_the_document_are_no_margins() -> None:
    pages = [
        Sheet(tuple(line(text, 700 - 40 * n) for n, text in enumerate([f"סעיף {page}", *BODY])), 50, 0)
        for page in range(5)
    ]
    assert said(pages) == [[f"סעיף {page}", *BODY] for page in range(5)]


def test_a_line_a_little_below_a_sentence_without_an_end_goes_on_with_it() -> None:
    pages = [sheet([f"סעיף {page}", BODY[0]], foot=BODY[1], margin=26.0) for page in range(5)]
    assert said(pages) == [[f"סעיף {page}", *BODY] for page in range(5)]


@pytest.mark.parametrize("total", ["500", "סך הכול  500", "500/4"])
def test_a_number_that_is_the_same_on_every_page_is_no_page_number(total: str) -> None:
    assert said([sheet(BODY, foot=total) for _page in range(4)]) == [[*BODY, total], *[BODY] * 3]


def test_a_line_of_another_type_belongs_to_no_paragraph_beside_it() -> None:
    pages = [
        Sheet(
            (line("תקנון הארגון", 716, 8.0), *sheet(BODY).lines, line(f"{page}/4  a.html", 668, 8.0)), 50, 0
        )
        for page in (1, 2, 3, 4)
    ]
    assert said(pages) == [["תקנון הארגון", *BODY, "a.html"], *[BODY] * 3]
