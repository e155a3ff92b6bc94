"""Bombs, two files in one, damaged and locked files: refused with a reason."""

from typing import Any

import pytest

from config.kernel.errors import DomainError
from retrieval.errors import refusal_of
from retrieval.extract import extract
from retrieval.extract.child import answer
from retrieval.extract.types import Progress, unwatched
from tests.retrieval.hostile import FILES, Hostile
from tests.retrieval.made_files import GOOD_PDF, one_page

QUICK = [file for file in FILES if not file.is_bomb]


def test_there_are_more_than_fifty_of_them() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize("file", QUICK, ids=lambda file: file.what)
def test_a_hostile_file_is_refused_with_a_reason(file: Hostile) -> None:
    found = answer(file.make(), file.filename, "")
    assert found.get("refused") in file.codes


@pytest.mark.parametrize("code", sorted({code for file in FILES for code in file.codes}))
def test_every_reason_has_words(code: str) -> None:
    assert refusal_of(code).code == code


def refusal(data: bytes, filename: str, progress: Progress = unwatched) -> str:
    with pytest.raises(DomainError) as refused:
        extract(data, filename=filename, progress=progress)
    return refused.value.code


def test_a_file_that_unpacks_without_end_costs_its_reader_and_nobody_else(settings: Any) -> None:
    settings.EXTRACTION_MEMORY_MB = 300
    bomb = one_page(b"BT /F 12 Tf (a) Tj ET" + b" " * 120_000_000)
    assert refusal(bomb, "a.pdf") == "document_too_complex"


def test_a_good_file_is_read_by_the_confined_process_page_by_page() -> None:
    pages: list[tuple[int, int]] = []
    found = extract(GOOD_PDF, filename="a.pdf", progress=lambda done, total: pages.append((done, total)))
    assert (found.text, found.pages, pages) == ("Vacation days: 12 for everybody", (0,), [(1, 1)])


def test_whoever_watches_can_end_the_reading() -> None:
    def enough(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract(GOOD_PDF, filename="a.pdf", progress=enough)
