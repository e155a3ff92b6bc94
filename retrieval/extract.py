"""From a file's bytes to clean text: plain text, Markdown and JSON."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from config.kernel.types import JSONValue
from retrieval.errors import DocumentEmptyError, DocumentNotTextError, UnsupportedDocumentTypeError
from retrieval.front_matter import split_front_matter

_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".json": "application/json",
}
_FOREIGN_BEGINNINGS = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MOST_CONTROLS = 0.01
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_HEADING = re.compile(r"^#{1,2}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
# As long as a title, followed by an empty line, and no sentence, item or row.
_OPENING_LINE = re.compile(r"\s*(?![-*•|\d])(\S[^\n|]{1,78}[^\s.!?:;,|])[ \t]*\n[ \t]*\n")
_HEBREW = re.compile("[\u05b0-\u05f4]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text and what the file says of itself; empty where it says nothing."""

    text: str
    title: str = ""
    category: str = ""
    mime: str = "text/plain"


def extract(data: bytes, *, filename: str, mime: str = "") -> Extracted:
    """Return the text of a file of a known type.

    Raises UnsupportedDocumentTypeError, DocumentNotTextError and DocumentEmptyError.
    """
    kind = _type_of(filename, mime)
    text = clean(_decoded(data))
    if kind == "application/json":
        found = _from_json(text)
    elif kind == "text/markdown":
        keys, body = split_front_matter(text)
        found = Extracted(
            body.strip(), keys.get("title") or first_heading(body), keys.get("category", ""), kind
        )
    else:
        found = Extracted(text, first_heading(text))
    if not re.search(r"\w", found.text):
        raise DocumentEmptyError
    return found


def clean(text: str) -> str:
    """Return `text` with plain line ends and without control characters and direction marks."""
    return _REMOVED.sub("", _LINE_ENDS.sub("\n", text)).strip()


def first_heading(text: str) -> str:
    """Return the first heading, or nothing; in plain text it is a short first line that stands alone."""
    heading = _HEADING.search(text) or _OPENING_LINE.match(text)
    return heading[1] if heading else ""


def _type_of(filename: str, mime: str) -> str:
    suffix = PurePath(filename).suffix.lower()
    declared = mime.partition(";")[0].strip().lower()
    kind = _TYPES.get(suffix) or (declared if not suffix and declared in _TYPES.values() else None)
    if kind is None:
        raise UnsupportedDocumentTypeError(details={"supported": [*_TYPES]})
    return kind


def _decoded(data: bytes) -> str:
    """Return the characters of UTF-8, of marked UTF-16 or of the old Hebrew code page."""
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentEmptyError
    if data.startswith(_FOREIGN_BEGINNINGS):
        raise DocumentNotTextError
    encodings = ("utf-16",) if data.startswith(_UTF16_MARKS) else ("utf-8-sig", "cp1255")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text) and (encoding != "cp1255" or _is_hebrew(text)):
            return text
    raise DocumentNotTextError


def _is_text(text: str) -> bool:
    return len(_CONTROLS.findall(text)) <= _MOST_CONTROLS * len(text)


def _is_hebrew(text: str) -> bool:
    """Nearly every byte is a character of the code page; only Hebrew text makes it mostly Hebrew letters."""
    beyond = len(_BEYOND_ASCII.findall(text))
    return len(_HEBREW.findall(text)) > 0.6 * beyond


def _from_json(text: str) -> Extracted:
    """A document `{title?, category?, content | text}`; anything else is read out line by line."""
    try:
        value: JSONValue = json.loads(text)
    except (ValueError, RecursionError):
        raise DocumentNotTextError from None
    named = value if isinstance(value, dict) else {}
    body = named.get("content") or named.get("text")
    title, category = _string(named.get("title")), _string(named.get("category") or named.get("domain"))
    content = body if isinstance(body, str) else "\n".join(_lines(value, ""))
    return Extracted(clean(content), title or first_heading(content), category, "application/json")


def _string(value: JSONValue) -> str:
    return value if isinstance(value, str) else ""


def _lines(value: JSONValue, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name} › {key}" if name else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, name)
    elif value not in {None, ""}:
        yield f"{name}: {value}" if name else str(value)
