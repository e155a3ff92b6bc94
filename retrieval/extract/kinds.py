"""What a file is: its name and its bytes must say the same."""

import re
from enum import StrEnum
from pathlib import PurePath

from retrieval.errors import (
    DocumentEmptyError,
    DocumentEncryptedError,
    DocumentNotTextError,
    DocumentTypeMismatchError,
    UnsupportedDocumentTypeError,
)


class Kind(StrEnum):
    """The types that can be read; the value is the MIME type."""

    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    JSON = "application/json"
    CSV = "text/csv"
    HTML = "text/html"
    MAIL = "message/rfc822"
    PDF = "application/pdf"
    WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ARCHIVE = "application/zip"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


SUFFIXES = {
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".json": Kind.JSON,
    ".csv": Kind.CSV,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".eml": Kind.MAIL,
    ".pdf": Kind.PDF,
    ".docx": Kind.WORD,
    ".pptx": Kind.SLIDES,
    ".xlsx": Kind.SHEETS,
    ".zip": Kind.ARCHIVE,
    ".png": Kind.PNG,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".tif": Kind.TIFF,
    ".tiff": Kind.TIFF,
}
IMAGES = frozenset({Kind.PNG, Kind.JPEG, Kind.TIFF})
PACKAGES = frozenset({Kind.WORD, Kind.SLIDES, Kind.SHEETS, Kind.ARCHIVE})
# Read where they arrive: decoding a text costs little, and whoever sent it is told at once.
LIGHT = frozenset({Kind.TEXT, Kind.MARKDOWN, Kind.JSON})

_OLE = b"\xd0\xcf\x11\xe0"
_FOREIGN = (_OLE, b"GIF8", b"\x1f\x8b", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")
_BEGINNINGS: tuple[tuple[bytes, frozenset[Kind]], ...] = (
    (b"%PDF-", frozenset({Kind.PDF})),
    (b"PK\x03\x04", PACKAGES),
    (b"\x89PNG\r\n\x1a\n", frozenset({Kind.PNG})),
    (b"\xff\xd8\xff", frozenset({Kind.JPEG})),
    (b"II*\x00", frozenset({Kind.TIFF})),
    (b"MM\x00*", frozenset({Kind.TIFF})),
    *((foreign, frozenset()) for foreign in _FOREIGN),
)
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_END_OF_ZIP = b"PK\x05\x06"
_ENDS = {Kind.PDF: b"%%EOF", Kind.PNG: b"IEND\xaeB`\x82"}
_MAIL_HEADER = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{0,60}:[ \t\r\n])")


def kind_of(data: bytes, *, filename: str, mime: str = "") -> Kind:
    """Return what the file is; only without a suffix does the declared type count.

    Raises UnsupportedDocumentTypeError, DocumentTypeMismatchError, DocumentNotTextError for bytes that are no
    text in spite of the name, DocumentEmptyError and DocumentEncryptedError.
    """
    kind = _declared(filename, mime)
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentEmptyError
    if kind in PACKAGES and data.startswith(_OLE):
        raise DocumentEncryptedError if _OLE_ENCRYPTED in data else UnsupportedDocumentTypeError
    found = next((kinds for beginning, kinds in _BEGINNINGS if data.startswith(beginning)), None)
    if kind in IMAGES | PACKAGES | {Kind.PDF}:
        if found is None or kind not in found or _is_two_files(data, kind):
            raise DocumentTypeMismatchError
    elif found is not None:
        raise DocumentNotTextError
    elif kind is Kind.MAIL and not _MAIL_HEADER.match(data.lstrip()):
        raise DocumentTypeMismatchError
    return kind


def _declared(filename: str, mime: str) -> Kind:
    suffix = PurePath(filename).suffix.lower()
    declared = mime.partition(";")[0].strip().lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if not suffix and declared in set(Kind):
        return Kind(declared)
    raise UnsupportedDocumentTypeError(details={"supported": [*SUFFIXES]})


def _is_two_files(data: bytes, kind: Kind) -> bool:
    """Tell whether a second file hangs on the end of the first: one program would see this, another that."""
    if kind in PACKAGES:
        return False  # whoever opens the package looks at where it begins and ends
    end = data.rfind(_ENDS.get(kind, b"\xff\xd9"))
    return end >= 0 and _END_OF_ZIP in data[end:]
