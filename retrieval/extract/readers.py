"""One reader for each kind of file, behind one function."""

from functools import partial

from retrieval.errors import DocumentTooComplexError
from retrieval.extract.archive import read_archive
from retrieval.extract.kinds import IMAGES, Kind, kind_of
from retrieval.extract.mail import read_mail
from retrieval.extract.pdf import read_pdf
from retrieval.extract.pictures import read_picture
from retrieval.extract.plain import read_csv, read_json, read_markdown, read_text
from retrieval.extract.sheets import read_sheets
from retrieval.extract.slides import read_slides
from retrieval.extract.types import Extracted, Progress, unwatched
from retrieval.extract.web import read_web
from retrieval.extract.word import read_word

DEEPEST = 2  # a letter in an archive may have an attachment, and no further

_SIMPLE = {
    Kind.TEXT: read_text,
    Kind.MARKDOWN: read_markdown,
    Kind.JSON: read_json,
    Kind.CSV: read_csv,
    Kind.HTML: read_web,
    Kind.WORD: read_word,
    Kind.SLIDES: read_slides,
    Kind.SHEETS: read_sheets,
}


def read_file(
    data: bytes, filename: str, mime: str = "", *, progress: Progress = unwatched, depth: int = 0
) -> Extracted:
    """Return what the file says; raise the refusals of `retrieval.errors`, and for a damaged file whatever
    its library raises.
    """
    if depth > DEEPEST:
        raise DocumentTooComplexError
    kind = kind_of(data, filename=filename, mime=mime)
    inner = partial(_read_inner, depth=depth + 1)
    if kind is Kind.PDF:
        return read_pdf(data, progress)
    if kind is Kind.MAIL:
        return read_mail(data, inner)
    if kind is Kind.ARCHIVE:
        return read_archive(data, inner)
    return read_picture(data, kind) if kind in IMAGES else _SIMPLE[kind](data)


def _read_inner(data: bytes, filename: str, mime: str, *, depth: int) -> Extracted:
    return read_file(data, filename, mime, depth=depth)
