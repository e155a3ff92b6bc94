"""Letters: sender, subject, text, and the attachments that can be read themselves."""

import re
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

from config.kernel.errors import DomainError
from retrieval.errors import DocumentBrokenError, DocumentTooComplexError
from retrieval.extract.kinds import Kind
from retrieval.extract.plain import clean, decoded
from retrieval.extract.types import Extracted
from retrieval.extract.visual_order import repaired
from retrieval.extract.web import read_web

Inner = Callable[[bytes, str, str], Extracted]
"""Reads a file inside of this one: bytes, name, declared type."""

# Bytes beyond ASCII that a program wrote without saying in which character set, as Python hands them on.
_UNNAMED = re.compile("[\udc80-\udcff]+")
# Hebrew's older names: the same letters, whether their order is that of reading or of display.
_OLD_NAMES = re.compile(r"(?:iso-?8859-?8(?:-[ie])?|x-windows-1255|hebrew|logical|visual)", re.IGNORECASE)
_HEADERS = (("From", "מאת"), ("To", "אל"), ("Date", "תאריך"))


def read_mail(data: bytes, read_inner: Inner) -> Extracted:
    """Return the letter under its subject; what is attached and cannot be read is named only."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    try:
        subject = _header(message, "Subject")
        parts = [f"# {subject}" if subject else "", *_headers(message), "", _body(message)]
        parts += _attachments(message, read_inner)
    except (LookupError, ValueError, AttributeError, RecursionError) as error:  # what damaged headers lead to
        raise DocumentBrokenError from error
    return Extracted(clean("\n".join(parts)), subject, mime=Kind.MAIL)


def _headers(message: EmailMessage) -> Iterator[str]:
    for name, label in _HEADERS:
        value = _header(message, name)
        if value:
            yield f"{label}: {_dated(value) if name == 'Date' else value}"


def _dated(value: str) -> str:
    """Return a date as Hebrew writes it, by the sender's own clock; what is none stays as it is."""
    try:
        sent = parsedate_to_datetime(value)
    except ValueError:
        return value
    return f"{sent.day}.{sent.month}.{sent.year} {sent:%H:%M}"


def _body(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    content = _text(body)
    if body.get_content_type() == "text/html":
        return read_web(content.encode()).text
    return repaired(content)


def _header(message: EmailMessage, name: str) -> str:
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    value = raw if _UNNAMED.search(raw) else str(message.get(name, ""))
    return _named(" ".join(value.split()))


def _named(text: str) -> str:
    """Return a header whose unnamed bytes are read as what they look like."""
    return _UNNAMED.sub(lambda found: _guessed(found.group().encode("ascii", "surrogateescape")), text)


def _text(part: Any) -> str:
    """Return the text of a part in the character set that it names, or in the one that it looks like."""
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    charset = _OLD_NAMES.sub("cp1255", part.get_content_charset() or "utf-8")
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return _guessed(data)


def _guessed(data: bytes) -> str:
    try:
        return decoded(data)
    except DomainError:
        return data.decode("utf-8", "replace")


def _attachments(message: EmailMessage, read_inner: Inner) -> Iterator[str]:
    for part in message.iter_attachments():
        name = _named(part.get_filename() or "")
        if not name:
            continue
        yield f"\n# {name}\n"
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            try:
                yield lowered(read_inner(content, name, part.get_content_type()).text)
            except DocumentTooComplexError:
                raise  # a bomb is one wherever it lies
            except DomainError:
                continue


def lowered(text: str) -> str:
    """Return Markdown one level of headings further down: it stands below a name now."""
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in text.split("\n"))
