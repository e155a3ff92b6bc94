"""Text in its usual encodings: plain, Markdown, JSON and tables of values separated by commas."""

import csv
import json
import re
from collections.abc import Iterator

from config.kernel.types import JSONValue
from retrieval.errors import DocumentBrokenError, DocumentEmptyError, DocumentNotTextError
from retrieval.extract.kinds import Kind
from retrieval.extract.tables import Cell, as_table
from retrieval.extract.types import Extracted
from retrieval.extract.visual_order import repaired
from retrieval.front_matter import split_front_matter

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


def read_text(data: bytes) -> Extracted:
    """Return a plain text; raise DocumentEmptyError and DocumentNotTextError."""
    text = repaired(clean(decoded(data)))
    return Extracted(text, first_heading(text))


def read_markdown(data: bytes) -> Extracted:
    """Return a Markdown text with the title and category of its front matter, or its first heading."""
    keys, body = split_front_matter(clean(decoded(data)))
    title = keys.get("title") or first_heading(body)
    return Extracted(body.strip(), title, keys.get("category", ""), Kind.MARKDOWN)


def read_json(data: bytes) -> Extracted:
    """Return a document `{title?, category?, content | text}`; anything else is read out line by line."""
    try:
        value: JSONValue = json.loads(clean(decoded(data)))
    except (ValueError, RecursionError):
        raise DocumentNotTextError from None
    named = value if isinstance(value, dict) else {}
    body = named.get("content") or named.get("text")
    title, category = _string(named.get("title")), _string(named.get("category") or named.get("domain"))
    content = body if isinstance(body, str) else "\n".join(_lines(value, ""))
    text = clean(content)
    return Extracted(text, title or first_heading(text), category, Kind.JSON)


def read_csv(data: bytes) -> Extracted:
    """Return a table as Markdown, its first row as the header."""
    text = repaired(clean(decoded(data)))
    first_lines = "\n".join(text.splitlines()[:20])
    delimiter = max(",;\t|", key=first_lines.count)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error:
        raise DocumentBrokenError from None
    return Extracted(as_table([Cell(value) for value in row] for row in rows), mime=Kind.CSV)


def clean(text: str) -> str:
    """Return `text` with plain line ends and without control characters and direction marks."""
    return _REMOVED.sub("", _LINE_ENDS.sub("\n", text)).strip()


def first_heading(text: str) -> str:
    """Return the first heading, or nothing; in plain text it is a short first line that stands alone."""
    heading = _HEADING.search(text) or _OPENING_LINE.match(text)
    return heading[1] if heading else ""


def decoded(data: bytes) -> str:
    """Return the characters of UTF-8, of UTF-16 or of the old Hebrew code pages.

    windows-1255 has the letters where ISO-8859-8 has them. Raises DocumentEmptyError and
    DocumentNotTextError.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentEmptyError
    encodings: tuple[str, ...] = ("utf-8-sig", "cp1255")
    if data.startswith(_UTF16_MARKS):
        encodings = ("utf-16",)
    elif (unmarked := _unmarked_utf16(data)) is not None:
        encodings = (unmarked,)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text) and (encoding != "cp1255" or _is_hebrew(text)):
            return text
    raise DocumentNotTextError


def _unmarked_utf16(data: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: every other byte is then that of Latin or of Hebrew."""
    some = data[:2000]
    for name, high in (("utf-16-le", some[1::2]), ("utf-16-be", some[0::2])):
        if len(some) >= 8 and high and sum(byte in {0x00, 0x05} for byte in high) > 0.9 * len(high):
            return name
    return None


def _is_text(text: str) -> bool:
    return len(_CONTROLS.findall(text)) <= _MOST_CONTROLS * len(text)


def _is_hebrew(text: str) -> bool:
    """Nearly every byte is a character of the code page; only Hebrew text makes it mostly Hebrew letters."""
    beyond = len(_BEYOND_ASCII.findall(text))
    return len(_HEBREW.findall(text)) > 0.6 * beyond


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
