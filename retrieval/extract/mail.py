"""Letters: sender, subject, text, and the attachments that can be read themselves."""

from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from config.kernel.errors import DomainError
from retrieval.errors import DocumentBrokenError, DocumentTooComplexError
from retrieval.extract.kinds import Kind
from retrieval.extract.plain import clean
from retrieval.extract.types import Extracted
from retrieval.extract.web import read_web

Inner = Callable[[bytes, str, str], Extracted]
"""Reads a file inside of this one: bytes, name, declared type."""

_HEADERS = (("From", "מאת"), ("To", "אל"), ("Date", "תאריך"))


def read_mail(data: bytes, read_inner: Inner) -> Extracted:
    """Return the letter under its subject; what is attached and cannot be read is named only."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    try:
        subject = str(message.get("Subject", "")).strip()
        parts = [f"# {subject}" if subject else "", *_headers(message), "", _body(message)]
        parts += _attachments(message, read_inner)
    except (LookupError, ValueError, AttributeError, RecursionError) as error:  # what damaged headers lead to
        raise DocumentBrokenError from error
    return Extracted(clean("\n".join(parts)), subject, mime=Kind.MAIL)


def _headers(message: EmailMessage) -> Iterator[str]:
    for name, label in _HEADERS:
        if value := str(message.get(name, "")).strip():
            yield f"{label}: {value}"


def _body(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    content = body.get_content()
    if body.get_content_type() == "text/html":
        return read_web(content.encode()).text
    return str(content)


def _attachments(message: EmailMessage, read_inner: Inner) -> Iterator[str]:
    for part in message.iter_attachments():
        name = part.get_filename() or ""
        if not name:
            continue
        yield f"\n# {name}\n"
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            try:
                yield _lowered(read_inner(content, name, part.get_content_type()).text)
            except DocumentTooComplexError:
                raise  # a bomb is one wherever it lies
            except DomainError:
                continue


def _lowered(text: str) -> str:
    """Return Markdown one level of headings further down: it stands below a name now."""
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in text.split("\n"))
