"""Opening ZIP packages, the office formats among them, without falling for what they claim."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from retrieval.errors import (
    DocumentBrokenError,
    DocumentEncryptedError,
    DocumentTooComplexError,
    DocumentTypeMismatchError,
)
from retrieval.extract.kinds import Kind

MOST_MEMBERS = 3000
MOST_BYTES = 200_000_000
MOST_OF_ONE = 100_000_000
MOST_RATIO = 150
_SMALL = 2_000_000  # repetitive tables compress well: the ratio counts for what is larger
_ENCRYPTED = 0x1
_MAIN_PARTS = {
    Kind.WORD: "word/document.xml",
    Kind.SLIDES: "ppt/presentation.xml",
    Kind.SHEETS: "xl/workbook.xml",
}


@contextmanager
def opened(data: bytes, kind: Kind) -> Iterator[ZipFile]:
    """Yield the package after looking at its directory; raises DocumentBrokenError, DocumentEncryptedError,
    DocumentTooComplexError and DocumentTypeMismatchError, also for what turns up while it is read.
    """
    try:
        with ZipFile(io.BytesIO(data)) as package:
            _check(package, data, kind)
            yield package
    except (BadZipFile, LargeZipFile, EOFError, NotImplementedError) as error:
        raise DocumentBrokenError from error


def _check(package: ZipFile, data: bytes, kind: Kind) -> None:
    members = package.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise DocumentTooComplexError
    if any(map(_is_bomb, members)):
        raise DocumentTooComplexError
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise DocumentEncryptedError
    if not members or len(set(names)) < len(names) or min(member.header_offset for member in members) > 0:
        raise DocumentBrokenError
    if len(data) != _end_of(data):
        raise DocumentTypeMismatchError
    main = {each for each, part in _MAIN_PARTS.items() if part in names}
    if main != ({kind} if kind in _MAIN_PARTS else set()):
        raise DocumentTypeMismatchError


def _is_bomb(member: ZipInfo) -> bool:
    if member.file_size > MOST_OF_ONE:
        return True
    return member.file_size > _SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1)


def _end_of(data: bytes) -> int:
    """Return where the archive says that it ends, its comment included."""
    start = data.rfind(b"PK\x05\x06")
    return start + 22 + int.from_bytes(data[start + 20 : start + 22], "little")
