"""ZIP archives of documents: each one's text below its name."""

from pathlib import PurePosixPath, PureWindowsPath
from zipfile import ZipFile, ZipInfo

from config.kernel.errors import DomainError
from retrieval.errors import (
    DocumentEmptyError,
    DocumentTooComplexError,
    FilesLeftOutError,
    UnsupportedDocumentTypeError,
    refusal_of,
)
from retrieval.extract.kinds import SUFFIXES, Kind
from retrieval.extract.mail import Inner, lowered
from retrieval.extract.package import opened
from retrieval.extract.types import Extracted

_LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini"}
_UTF8 = 0x800
# Where the 27 letters are in cp862.
_BEYOND_ASCII, _LAST_LETTER = 0x80, 0x9A


def read_archive(data: bytes, read_inner: Inner) -> Extracted:
    """Return the documents of the archive, and below them the names of the files that cannot be read, which
    are a concern as are the doubts about one of the documents.

    Raises what `package.opened` does, and the refusal of the last document where none can be read.
    """
    parts: list[str] = []
    left_out: list[str] = []
    concerns: list[str] = []
    refusal: DomainError = DocumentEmptyError()
    with opened(data, Kind.ARCHIVE) as package:
        for member in package.infolist():
            name = _name_of(member)
            if member.is_dir() or _is_of_a_system(member, name):
                continue
            try:
                inner = _read(package, member, name, read_inner)
            except DocumentTooComplexError:
                raise  # a bomb is one wherever it lies
            except DomainError as found:
                refusal = found if name.suffix.lower() in SUFFIXES else refusal
                left_out.append(f"# {name.name}")
                continue
            concerns += filter(None, [inner.concern])
            parts.append(f"# {inner.title or name.stem}\n\n{lowered(inner.text)}")
    if not parts:
        raise refusal
    concern = FilesLeftOutError.code if left_out else next(iter(concerns), "")
    return Extracted("\n\n".join([*parts, *left_out]), mime=Kind.ARCHIVE, concern=concern)


def _read(package: ZipFile, member: ZipInfo, name: PurePosixPath, read_inner: Inner) -> Extracted:
    if name.suffix.lower() not in SUFFIXES:
        raise UnsupportedDocumentTypeError
    inner = read_inner(package.read(member), name.name, "")
    if not inner.text.strip():
        raise refusal_of(inner.concern or DocumentEmptyError.code)
    return inner


def _is_of_a_system(member: ZipInfo, name: PurePosixPath) -> bool:
    """Tell whether a file manager left the file, of which nobody knows."""
    return (
        name.name.startswith((".", "~$"))
        or member.filename.startswith("__MACOSX")
        or name.name.lower() in _LEFT_BY_SYSTEMS
    )


def _name_of(member: ZipInfo) -> PurePosixPath:
    """Return the file's own name, whichever way the archive's maker separated the folders before it;
    nothing is ever written below it.
    """
    return PurePosixPath(PureWindowsPath(_spelled(member)).name)


def _spelled(member: ZipInfo) -> str:
    """Return the name as Hebrew where nothing tells its code page and it is that in Windows' old one."""
    if member.flag_bits & _UTF8 or member.filename.isascii():
        return member.filename
    data = member.filename.encode("cp437")  # as Python has read it
    beyond = [byte for byte in data if byte >= _BEYOND_ASCII]
    return data.decode("cp862") if max(beyond) <= _LAST_LETTER else member.filename
