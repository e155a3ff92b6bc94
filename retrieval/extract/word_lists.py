"""The numbers and bullets of Word's lists, which the file does not hold but counts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ITEM_MARK = re.compile(r"\d{1,3}[.)]|[א-ת]['.)]|[a-z][.)]")
_NAMED_LEVEL = re.compile(r"list (?:bullet|number|continue) ([2-5])", re.IGNORECASE)
_INDENT = "  "
_LONGEST_LINE = 20  # of styles that are based on each other
_DEEPEST = 8
_MOST_LETTERS = 400
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_SMALL_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_HEBREW = (
    *zip(range(400, 0, -100), "תשרק", strict=True),
    *zip(range(90, 0, -10), "צפעסנמלכי", strict=True),
    *zip(range(9, 0, -1), "טחזוהדגבא", strict=True),
)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it; those of one pattern count on from each other, unless one starts anew."""

    pattern: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]


class Numbering:
    """Counts the items of a document's lists in their order."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.style_id: style for style in document.styles}
        self._lists = dict(_lists(document))
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def mark(self, paragraph: Any) -> str:
        """Return what Markdown puts in front of the paragraph, "" where it is no item of a list.

        What Markdown cannot count with, "2.1" or "(a)", stands behind a bullet.
        """
        style = self._styles.get(_value(paragraph, "w:pPr/w:pStyle"))
        name = (style.name or "") if style is not None else ""
        number, level = self._place(paragraph, style)
        if number == "0" or (not number and not name.lower().startswith("list ")):
            return ""
        found = self._lists.get(number)
        label = self._counted(number, found, level) if found is not None else ""
        named = _NAMED_LEVEL.fullmatch(name)
        indent = _INDENT * max(level, int(named[1]) - 1 if named else 0)
        if label and not _ITEM_MARK.fullmatch(label):
            label = f"- {label}"
        return f"{indent}{label or '-'} "

    def _place(self, paragraph: Any, style: Any) -> tuple[str, int]:
        """Return the number of the paragraph's list, "" for none, and its level there."""
        number = _value(paragraph, "w:pPr/w:numPr/w:numId")
        level = _value(paragraph, "w:pPr/w:numPr/w:ilvl")
        for _step in range(_LONGEST_LINE):
            if style is None or (number and level):
                break
            number = number or _value(style.element, "w:pPr/w:numPr/w:numId")
            level = level or _value(style.element, "w:pPr/w:numPr/w:ilvl")
            style = style.base_style
        return number, min(int(level), _DEEPEST) if level.isdecimal() else 0

    def _counted(self, number: str, found: _List, level: int) -> str:
        counts = self._counts.setdefault(found.pattern, {})
        if level in found.starts and (number, level) not in self._begun:
            counts[level] = found.starts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else _start(found, level)
        self._begun.add((number, level))
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        form = found.levels.get(level)
        if form is None or form.form in {"bullet", "none"}:
            return ""
        return re.sub(r"%([1-9])", lambda place: _figure(found, counts, int(place[1]) - 1), form.text).strip()


def _start(found: _List, level: int) -> int:
    return found.levels[level].start if level in found.levels else 1


def _figure(found: _List, counts: Mapping[int, int], level: int) -> str:
    value = counts.get(level, _start(found, level))
    form = found.levels[level].form if level in found.levels else "decimal"
    if not 0 < value < _MOST_LETTERS:
        return str(value)
    written = _FORMS[form](value) if form in _FORMS else str(value)
    return written.upper() if form.startswith("upper") else written


def _letters(value: int) -> str:
    return _LETTERS[(value - 1) % 26] * ((value - 1) // 26 + 1)


def _hebrew(value: int) -> str:
    letters = "".join(_greedy(value, _HEBREW))
    return letters.replace("יה", "טו").replace("יו", "טז")


def _roman(value: int) -> str:
    return "".join(_greedy(value, (*_ROMAN, *_SMALL_ROMAN)))


def _greedy(value: int, signs: Sequence[tuple[int, str]]) -> Iterator[str]:
    for worth, sign in signs:
        while value >= worth:
            yield sign
            value -= worth


_FORMS = {
    "lowerLetter": _letters,
    "upperLetter": _letters,
    "lowerRoman": _roman,
    "upperRoman": _roman,
    "hebrew1": _hebrew,
    "hebrew2": _hebrew,
}


def _lists(document: Any) -> Iterator[tuple[str, _List]]:
    """Yield the lists by the number that paragraphs name them by."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            patterns = {
                str(each.get(qn("w:abstractNumId"), "")): dict(_levels(each))
                for each in root.iterchildren(qn("w:abstractNum"))
            }
            for each in root.iterchildren(qn("w:num")):
                pattern = _value(each, "w:abstractNumId")
                yield (
                    str(each.get(qn("w:numId"), "")),
                    _List(pattern, patterns.get(pattern, {}), dict(_starts(each))),
                )


def _levels(pattern: Any) -> Iterator[tuple[int, _Level]]:
    for each in pattern.iterchildren(qn("w:lvl")):
        form = _value(each, "w:numFmt") or "decimal"
        level = _Level(_whole(_value(each, "w:start"), 1), form, _value(each, "w:lvlText"))
        yield _whole(each.get(qn("w:ilvl"))), level


def _starts(number: Any) -> Iterator[tuple[int, int]]:
    for each in number.iterchildren(qn("w:lvlOverride")):
        if start := _value(each, "w:startOverride"):
            yield _whole(each.get(qn("w:ilvl"))), _whole(start, 1)


def _whole(text: str | None, otherwise: int = 0) -> int:
    """Return a number that a document says, `otherwise` for nonsense."""
    value = text or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else otherwise


def _value(element: Any, path: str) -> str:
    found = element.find("/".join(map(qn, path.split("/"))))
    return str(found.get(qn("w:val"), "")) if found is not None else ""
