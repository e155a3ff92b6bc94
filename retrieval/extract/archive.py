"""ZIP archives of documents: each one's text below its name."""

from pathlib import PurePosixPath, PureWindowsPath
from zipfile import ZipInfo

from config.kernel.errors import DomainError
from retrieval.errors import DocumentEmptyError, DocumentTooComplexError
from retrieval.extract.kinds import SUFFIXES, Kind
from retrieval.extract.mail import Inner
from retrieval.extract.package import opened
from retrieval.extract.types import Extracted

_UTF8 = 0x800
# Where the 27 letters are in cp862.
_BEYOND_ASCII, _LAST_LETTER = 0x80, 0x9A


def read_archive(data: bytes, read_inner: Inner) -> Extracted:
    """Return the documents of the archive, without those that cannot be read.

    Raises what `package.opened` does, and the refusal of the last document where none can be read.
    """
    parts: list[str] = []
    refusal: DomainError = DocumentEmptyError()
    with opened(data, Kind.ARCHIVE) as package:
        for member in package.infolist():
            name = _name_of(member)
            if (
                member.is_dir()
                or name.suffix.lower() not in SUFFIXES
                or name.name.startswith((".", "__MACOSX"))
            ):
                continue
            try:
                inner = read_inner(package.read(member), name.name, "")
            except DocumentTooComplexError:
                raise  # a bomb is one wherever it lies
            except DomainError as found:
                refusal = found
                continue
            lowered = "\n".join(
                f"#{line}" if line.startswith("#") else line for line in inner.text.split("\n")
            )
            parts.append(f"# {inner.title or name.stem}\n\n{lowered}")
    if not parts:
        raise refusal
    return Extracted("\n\n".join(parts), mime=Kind.ARCHIVE)


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
