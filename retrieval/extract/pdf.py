"""PDF: the text by where it stands on the page; scanned pages by text recognition, where that is there."""

from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2 as pdfium

from retrieval.errors import (
    DocumentBrokenError,
    DocumentEncryptedError,
    DocumentTooComplexError,
    FontUnreadableError,
    PagesWithoutTextError,
    RecognitionMissingError,
    TextDoubtfulError,
)
from retrieval.extract import recognition
from retrieval.extract.kinds import Kind
from retrieval.extract.pdf_glyphs import Sheet, read_sheet
from retrieval.extract.pdf_layout import Layout
from retrieval.extract.pdf_reading import readings_of
from retrieval.extract.pdf_running import without_running_lines
from retrieval.extract.plain import clean, first_heading
from retrieval.extract.types import Extracted, Progress, paged
from retrieval.extract.visual_order import votes_of

MOST_PAGES = 3000
FEWEST_CHARACTERS = 12  # of a page that is not just an image
_UNEXPLAINED_SHARE = 0.25
_SCANNED_SHARE = 0.2
_DOTS_PER_INCH = 300
_WRONG_PASSWORD = pdfium.raw.FPDF_ERR_PASSWORD


def read_pdf(data: bytes, progress: Progress) -> Extracted:
    """Return the text with its pages; raise DocumentEncryptedError, DocumentBrokenError,
    DocumentTooComplexError.
    """
    document = _opened(data)
    try:
        if not 0 < len(document) <= MOST_PAGES:
            raise DocumentTooComplexError if len(document) else DocumentBrokenError
        sheets, scans = _sheets(document, progress)
        texts = _texts(sheets)
        recognised = _recognise(document, scans, texts)
    except pdfium.PdfiumError as error:
        raise DocumentBrokenError from error
    finally:
        document.close()
    text, starts = paged(texts)
    return Extracted(
        text,
        title=first_heading(text[:2000]),
        mime=Kind.PDF,
        pages=starts,
        concern=_concern(text, sheets, [] if recognised else scans),
    )


def _opened(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        is_locked = error.err_code == _WRONG_PASSWORD and b"/Encrypt" in data
        raise (DocumentEncryptedError if is_locked else DocumentBrokenError) from error


def _sheets(document: Any, progress: Progress) -> tuple[list[Sheet], list[int]]:
    """Return every page's lines, and the numbers of the pages that have images in place of text."""
    sheets: list[Sheet] = []
    scans: list[int] = []
    for number in range(len(document)):
        page = document[number]
        text_page = page.get_textpage()
        sheets.append(read_sheet(text_page))
        if sheets[-1].characters < FEWEST_CHARACTERS and any(_images(page)):
            scans.append(number)
        text_page.close()
        page.close()
        progress(number + 1, len(document))
    return sheets, scans


def _images(page: Any) -> Iterator[Any]:
    yield from page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)


def _texts(sheets: Sequence[Sheet]) -> list[str]:
    bodies = without_running_lines(sheets)
    readings, layout = readings_of(bodies), Layout(bodies)
    return [clean(layout.page_text(sheet, said)) for sheet, said in zip(bodies, readings, strict=True)]


def _recognise(document: Any, scans: Sequence[int], texts: list[str]) -> bool:
    """Put the recognised text of scanned pages in its place; False where recognition is not installed."""
    if not scans or not recognition.is_installed():
        return not scans
    for number in scans:
        page = document[number]
        bitmap = page.render(scale=_scale(page), grayscale=True)
        texts[number] = clean(
            recognition.read_bitmap(bitmap.width, bitmap.height, bitmap.stride, bitmap.buffer)
        )
        bitmap.close()
        page.close()
    return True


def _scale(page: Any) -> float:
    """Return dots for each point; fewer for a page the size of a poster."""
    longest = max(page.get_size()) or 1.0
    return float(min(_DOTS_PER_INCH / 72, 5000 / longest))


def _concern(text: str, sheets: Sequence[Sheet], unread: Sequence[int]) -> str:
    characters = sum(sheet.characters for sheet in sheets)
    if unread and len(unread) == len(sheets):
        return RecognitionMissingError.code
    if sum(sheet.unexplained for sheet in sheets) > _UNEXPLAINED_SHARE * max(characters, 1):
        return FontUnreadableError.code
    if votes_of(text).is_doubtful:
        return TextDoubtfulError.code
    return PagesWithoutTextError.code if len(unread) > _SCANNED_SHARE * len(sheets) else ""
