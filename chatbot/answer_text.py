"""Reads plain text into pieces: text, links, isolated runs, citation marks.

Runs that a Hebrew line would reorder or break (phones, signed numbers, versions, codes, paths, addresses)
become pieces of their own; so do amounts, whose unit would be torn from its number at a line's end. The twin
of `static/js/lib/text.js`; both are held to `tests/data/direction.json`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

_WORD = "0-9A-Za-z_\u05d0-\u05ea"
_CURRENCY = "₪$€£"
_GAP = "[ \u00a0\u202f]"
_NUMBER = "[0-9]+(?:[.,][0-9]+)*"
_QUOTE = "(?:[\"\u05f4\u201d]|''|\u05f3\u05f3)"
# Money and shares in words, measures by their initials, and what computers are measured in.
_UNIT = (
    f"(?:ש{_QUOTE}ח|שקל(?:ים)?|דולר(?:ים)?|אירו|יורו|אחוז(?:ים)?|[קסמ]{_QUOTE}[מגרל]"
    "|(?:[KMGT]i?B|[KMGT]bit|[kMG]Hz|[kcm]?m|k?g|ms)(?![-._/+#:][0-9A-Za-z]))"
)
_PIECE = re.compile(
    "|".join(
        (
            r"(?P<code>`[^`\n]+`)",
            "(?P<url>(?:https?://|www\\.)[^\\s<>\"'`\u0590-\u05ff\u201c\u201d]+)",
            r"(?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
            r"(?P<mark>[ \t]?\[[0-9]{1,3}\])",
            "(?P<path>[A-Za-z]:\\\\[^\\s,;<>\"'\u0590-\u05ff]*|\\\\\\\\[A-Za-z0-9][^\\s,;<>\"'\u0590-\u05ff]*"
            rf"|(?<![{_WORD}/:.<])(?:~|\.{{1,2}})?/[A-Za-z0-9._~@-]+(?:/[A-Za-z0-9._~@-]+)*/?)",
            # The number may have become a run of its own just before: then its sign alone is left to be kept.
            rf"(?P<amount>(?:(?<![{_WORD}])(?<![0-9][.,]){_NUMBER}(?:-{_NUMBER})?|(?<=[0-9]))"
            rf"{_GAP}(?:[%{_CURRENCY}]|{_UNIT})(?![{_WORD}])"
            rf"|(?<![{_WORD}])[{_CURRENCY}]{_GAP}{_NUMBER}(?![0-9A-Za-z]|[.,][0-9]))",
            rf"(?P<phone>(?<![{_WORD}])(?:\+[0-9]{{1,3}}[- ]?\(?[0-9]{{1,4}}\)?(?:[- ]?[0-9]{{2,4}}){{1,4}}"
            r"|\*[0-9]{3,5})(?![0-9]))",
            rf"(?P<signed>(?<![{_WORD}%)\]])[-+\u2212\u00b1][0-9]+(?:[.,][0-9]+)*%?(?![0-9A-Za-z]))",
            rf"(?P<run>(?<![{_WORD}])(?:[@#.](?=[A-Za-z])|--(?=[A-Za-z])|-(?=[A-Za-z](?![{_WORD}])))?"
            r"[A-Za-z0-9]+(?:[-._/+#:]{1,2}[A-Za-z0-9]+|\([0-9]{1,3}\)(?=\.[A-Za-z]))*[+#]*)",
        )
    )
)
_TRAILING = re.compile(r"[.,;:!?)\]}]+$")
_TRAILING_OUTSIDE_BRACKETS = re.compile(r"[.,;:!?]+$")
_LEADING_SIGN = re.compile(r"^(?:[@#.-]|--)[A-Za-z]")
_TRAILING_SIGN = re.compile(r"[A-Za-z][+#]+$")
_JOINED = re.compile(r"[-._/+#:][A-Za-z0-9]")
_JOINED_NUMBERS = re.compile(r"^[0-9]+(?:[./:-][0-9]+)+$")
_LATIN = re.compile("[A-Za-z]")
# Runs that words may belong to: those that begin with a sign and have no letter are phones and amounts.
_WITH_WORDS = re.compile("[0-9]|.*[A-Za-z]")
_LATIN_WORD = re.compile("[A-Za-z0-9](?:[A-Za-z0-9.&'\u2019_/-]*[A-Za-z0-9])?")
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
        if piece.kind == "isolate" and _WITH_WORDS.match(piece.text):
            found.append(_joined_to(found, piece.text))
        elif piece.kind == "text" and found and found[-1].kind == "isolate" and _LATIN.search(found[-1].text):
            end = _latin_head(piece.text)
            found[-1] = Piece("isolate", found[-1].text + piece.text[:end])
            if piece.text[end:]:
                found.append(Piece("text", piece.text[end:]))
        else:
            found.append(piece)
    return found


def _joined_to(before: list[Piece], run: str) -> Piece:
    """Return the run with the Latin words before it, which are taken from the pieces before."""
    if not before or before[-1].kind != "text":
        return Piece("isolate", run)
    text = before.pop().text
    further = before[-1] if before else Piece("text", "")
    if text == " " and further.kind == "isolate" and _LATIN.search(further.text):
        return Piece("isolate", f"{before.pop().text} {run}")
    start = _latin_tail(text)
    if text[:start]:
        before.append(Piece("text", text[:start]))
    return Piece("isolate", text[start:] + run)


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


def _latin_head(text: str) -> int:
    """Return where the Latin words end that the text begins with, each after a space."""
    at = 0
    while text.startswith(" ", at):
        end = text.find(" ", at + 1)
        word = text[at + 1 : end] if end > 0 else text[at + 1 :]
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
    is_amount = (before != "" and before in f"{_CURRENCY},") or _AFTER_AMOUNT.match(after) is not None
    return _JOINED_NUMBERS.search(run) is not None and not is_amount
