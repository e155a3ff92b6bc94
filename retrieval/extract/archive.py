"""ZIP archives of documents: each one's text below its name."""

from pathlib import PurePosixPath, PureWindowsPath
from zipfile import ZipInfo

from config.kernel.errors import DomainError
from retrieval.errors import DocumentEmptyError, DocumentTooComplexError
from retrieval.extract.kinds import SUFFIXES, Kind
from retrieval.extract.mail import Inner
from retrieval.extract.package import opened
from retrieval.extract.types import Extracted


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
    return PurePosixPath(PureWindowsPath(member.filename).name)
