"""Reads plain text into pieces: text, links, isolated runs, citation marks.

Runs that a Hebrew line would reorder or break (phones, signed numbers, versions, codes, paths, addresses)
become pieces of their own; so do amounts, whose unit would be torn from its number at a line's end. The twin
of `static/js/lib/text.js`; both are held to `tests/data/direction.json`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from config.kernel.hebrew import runs

_PIECE = re.compile(
    f"(?P<code>{runs.CODE})|(?P<url>{runs.URL})|(?P<mail>{runs.MAIL})|(?P<mark>{runs.MARK})"
    f"|(?P<path>{runs.WINDOWS_PATH}|{runs.UNIX_PATH})|(?P<amount>{runs.AMOUNT})|(?P<phone>{runs.PHONE})"
    f"|(?P<numbers>{runs.NUMBERS})|(?P<names>{runs.NAMES})|(?P<run>{runs.RUN})"
)
_TRAILING = re.compile(r"[.,;:!?)\]}]+$")
_TRAILING_OUTSIDE_BRACKETS = re.compile(r"[.,;:!?]+$")
_LEADING_SIGN = re.compile(r"^(?:[@#.$-]|--)[A-Za-z]")
_TRAILING_SIGN = re.compile(r"[A-Za-z][+#]+$")
_JOINED = re.compile(r"[-._/+#:=][A-Za-z0-9]")
_JOINED_NUMBERS = re.compile(r"^[0-9]+(?:[./:-][0-9]+)+$")
_LATIN = re.compile("[A-Za-z]")
_UNBROKEN = 24  # characters
_ISOLATED = frozenset({"isolate", "path"})
# Runs that words may belong to: those that begin with a sign and have no letter are phones and amounts.
_WITH_WORDS = re.compile("[0-9]|.*[A-Za-z]")
_LATIN_WORD = re.compile("[A-Za-z0-9](?:[A-Za-z0-9.&'\u2019_/-]*[A-Za-z0-9])?")
_BRACKETED = re.compile(r"\([A-Za-z0-9]+\)?")
# What may stand before the first of them without a space: a Hebrew particle and its hyphen, a bracket.
_OPENING = re.compile("^(?:[\u05d0-\u05ea]{1,4}[-\u05be])?[(\\[{\"'\u201c\u201e]*")
_AFTER_AMOUNT = re.compile(r"(?:[%₪$€£]|,[0-9])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a line; `href` belongs to links, `number` to citation marks."""

    kind: Literal["text", "code", "link", "isolate", "amount", "path", "mark"]
    text: str
    href: str = ""
    number: int = 0


def pieces_of(line: str, *, is_citation: Callable[[int], bool] = lambda _number: True) -> Iterator[Piece]:
    """Yield the pieces of one line, in order; a mark whose number `is_citation` denies stays text."""
    yield from _with_neighbours(_split(line, is_citation))


def _split(line: str, is_citation: Callable[[int], bool]) -> Iterator[Piece]:
    done = 0
    for match in _PIECE.finditer(line):
        found = _piece_of(match, line, is_citation) if match.start() >= done else None
        if found is None:
            continue
        piece, length = found
        if match.start() > done:
            yield Piece("text", line[done : match.start()])
        yield piece
        done = match.start() + length
    if done < len(line):
        yield Piece("text", line[done:])


def _piece_of(
    match: re.Match[str], line: str, is_citation: Callable[[int], bool]
) -> tuple[Piece, int] | None:
    """Return the piece and how much of the line it takes; None where the match is plain text after all."""
    kind, text = match.lastgroup, match.group()
    if kind == "code":
        return Piece("code", text[1:-1]), len(text)
    if kind in {"url", "mail", "path"}:
        return _address(kind, _trimmed(text))
    if kind == "mark":
        number = int(re.sub("[^0-9]", "", text))
        return (Piece("mark", text.strip(), number=number), len(text)) if is_citation(number) else None
    if kind == "run" and not _needs_isolation(text, line[: match.start()][-1:], line[match.end() :]):
        return None
    return Piece("amount" if kind == "amount" else "isolate", text), len(text)


def _with_neighbours(pieces: Iterator[Piece]) -> list[Piece]:
    """Return the pieces with the Latin words that only a space parts from an isolated run within that run.

    A run of its own would stand on the wrong side of them: Python 3.11, GPT-4 Turbo.
    """
    found: list[Piece] = []
    for piece in pieces:
        if piece.kind in _ISOLATED and _WITH_WORDS.match(piece.text):
            found.append(_joined_to(found, piece))
        elif piece.kind == "text" and found and _takes_words(found[-1]):
            end = _latin_head(piece.text, is_path=found[-1].kind == "path")
            found[-1] = _with_text(found[-1], found[-1].text + piece.text[:end])
            if piece.text[end:]:
                found.append(Piece("text", piece.text[end:]))
        else:
            found.append(piece)
    return found


def _takes_words(piece: Piece) -> bool:
    """Return whether Latin words after it belong to it, as they do without an isolated run between."""
    return piece.kind in _ISOLATED and _LATIN.search(piece.text) is not None


def _joined_to(before: list[Piece], run: Piece) -> Piece:
    """Return the run with the Latin words before it, which are taken from the pieces before."""
    if not before or before[-1].kind != "text":
        return run
    text = before.pop().text
    if text == " " and before and _takes_words(before[-1]):
        first = before.pop()
        return _with_text(first if first.kind == "path" else run, f"{first.text} {run.text}")
    start = _latin_tail(text)
    if text[:start]:
        before.append(Piece("text", text[:start]))
    return _with_text(run, text[start:] + run.text)


def _with_text(run: Piece, text: str) -> Piece:
    """Return the run with words; a line may break one that is as long as a phone's screen is wide."""
    return replace(run, kind="path" if len(text) > _UNBROKEN else run.kind, text=text)


def _latin_tail(text: str) -> int:
    """Return where the Latin words begin that the text ends with, and a space; its length for none."""
    found = at = len(text)
    while text[:at].endswith(" "):
        start = text.rfind(" ", 0, at - 1) + 1
        word = text[start : at - 1]
        inside = _OPENING.sub("", word)
        if not _LATIN_WORD.fullmatch(inside):
            break
        if inside[0].isalpha():
            found = start + len(word) - len(inside)
        if word != inside:
            break
        at = start
    return found


def _latin_head(text: str, *, is_path: bool) -> int:
    """Return where the Latin words end that the text begins with, each after a space; a folder's may stand in
    brackets: Program Files (x86).
    """
    at = 0
    while text.startswith(" ", at):
        end = text.find(" ", at + 1)
        word = text[at + 1 : end] if end > 0 else text[at + 1 :]
        bracketed = _BRACKETED.match(word) if is_path else None
        if bracketed:
            return at + 1 + bracketed.end()
        inside = _TRAILING.sub("", word)
        if not _LATIN_WORD.fullmatch(inside):
            break
        at += 1 + len(inside)
        if inside != word:
            break
    return at


def _address(kind: str, text: str) -> tuple[Piece, int]:
    if kind == "path":
        return Piece("path", text), len(text)
    scheme = "mailto:" if kind == "mail" else "https://" if text.startswith("www.") else ""
    return Piece("link", text, href=scheme + text), len(text)


def _trimmed(found: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    return (_TRAILING_OUTSIDE_BRACKETS if "(" in found else _TRAILING).sub("", found)


def _needs_isolation(run: str, before: str, after: str) -> bool:
    """Return whether a run of Latin letters and digits would be reordered, or broken at a line's end."""
    if _LEADING_SIGN.search(run) or _TRAILING_SIGN.search(run):
        return True
    if not _JOINED.search(run):
        return False
    if re.search("[A-Za-z]", run):
        return re.search("[0-9]", run) is not None
    is_amount = (before != "" and before in f"{runs.CURRENCY},") or _AFTER_AMOUNT.match(after) is not None
    return _JOINED_NUMBERS.search(run) is not None and not is_amount
