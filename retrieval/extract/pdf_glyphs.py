"""From a page of a PDF to its lines as they look: glyphs by place, not by the order in which they are
kept.
"""

import ctypes
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot, pi
from typing import Any

import pypdfium2.raw as pdfium

from retrieval.extract.pdf_lines import Glyph, Line, line_of, rows_of
from retrieval.extract.visual_order import MIRRORED, read_display, votes_of

_BAND = 6.0  # points: marks are looked for at the height of their letters
_PRIVATE = frozenset(map(chr, [*range(0xE000, 0xF000), *range(0xF100, 0xF900)]))
_SYMBOLS = frozenset(map(chr, range(0xF000, 0xF100)))  # of the symbol fonts, which draw bullets and arrows
_SIDES = {"L": "L", "R": "R", "AL": "R"} | dict.fromkeys(("EN", "AN", "ES", "ET", "CS", "NSM", "BN"), "weak")
_BRACKETS = frozenset("()[]{}<>«»")
# Fonts of old Hebrew programs give their letters the code of the Latin ones in the same place.
_LATIN_PLACES = {0xE0 + place: 0x5D0 + place for place in range(27)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one page from top to bottom, and how many of its characters no font explains."""

    lines: tuple[Line, ...]
    characters: int
    unexplained: int


def read_sheet(text_page: Any) -> Sheet:
    """Return what stands on the page; raise nothing for a page without text."""
    glyphs, spaces, unexplained = _glyphs(text_page)
    if _is_in_latin_places(glyphs):
        glyphs = [_replaced(glyph, glyph.text.translate(_LATIN_PLACES)) for glyph in glyphs]
    lines = (line_of(row, spaces) for row in rows_of(_with_marks(glyphs)))
    return Sheet(tuple(line for line in lines if line.segments), len(glyphs), unexplained)


def _glyphs(text_page: Any) -> tuple[list[Glyph], list[Glyph], int]:
    """Return the visible characters, the spaces that have a width, and the number of unexplained ones."""
    found: list[Glyph] = []
    spaces: list[Glyph] = []
    unexplained = 0
    for index, character in enumerate(_as_drawn(_characters(text_page))):
        if character < " ":
            continue
        glyph = _glyph(text_page, index, character)
        if character.isspace():
            spaces.append(glyph)
            continue
        unexplained += character == "\ufffd" or character in _PRIVATE
        found.append(glyph)
    return found, spaces, unexplained


def _characters(text_page: Any) -> list[str]:
    """Return every character of the page; "\\0" for what the library has put in between, but "\\n" at line
    ends.
    """
    characters: list[str] = []
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if pdfium.FPDFText_IsGenerated(text_page, index):
            characters.append("\n" if code in {10, 13} else "\0")
        else:
            characters.append(chr(code) if code <= 0x10FFFF else "\ufffd")
    return characters


def _as_drawn(characters: Sequence[str]) -> list[str]:
    """Undo what the library does to brackets: it turns those round that it takes for a part of Hebrew words.

    It goes through a line run by run, and a run of neutral characters has the direction of the one before.
    """
    drawn: list[str] = []
    start = 0
    while start < len(characters):
        end = next((i for i in range(start, len(characters)) if characters[i] == "\n"), len(characters)) + 1
        drawn += _line_as_drawn(characters[start:end])
        start = end
    return drawn


def _line_as_drawn(line: Sequence[str]) -> Sequence[str]:
    sides = [_SIDES.get(unicodedata.bidirectional(character), "") for character in line]
    if "R" not in sides or not _BRACKETS.intersection(line):
        return line
    runs = [side for before, side in zip(["", *sides], sides, strict=False) if side != before]
    side = "R" if runs.count("R") >= runs.count("L") else "L"
    drawn = []
    for character, own in zip(line, sides, strict=True):
        side = own if own in {"L", "R"} else side
        drawn.append(character.translate(MIRRORED) if side == "R" and own == "" else character)
    return drawn


def _glyph(text_page: Any, index: int, character: str) -> Glyph:
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    place = (box.left, box.right, y.value, box.top - box.bottom)
    if turn := round(pdfium.FPDFText_GetCharAngle(text_page, index) / (pi / 2)) % 4:
        place = _turned(box, (x.value, y.value), turn)
    return Glyph(index, *place, _type_size(text_page, index) or place[3], _plain(character))


def _type_size(text_page: Any, index: int) -> float:
    """Return the size of a character's type, to half a point; 0 where the file does not tell."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(text_page, index, matrix):
        return 0.0
    size: float = pdfium.FPDFText_GetFontSize(text_page, index) * hypot(matrix.c, matrix.d)
    return round(2 * size) / 2


def _turned(box: Any, origin: tuple[float, float], turn: int) -> tuple[float, float, float, float]:
    """Return the place of a character of a line that runs up, down or upside down, as if it ran level."""
    x, y = origin
    if turn == 2:
        return -box.right, -box.left, -y, box.top - box.bottom
    across = (box.bottom, box.top) if turn == 1 else (-box.top, -box.bottom)
    return *across, -x if turn == 1 else x, box.right - box.left


def _plain(character: str) -> str:
    """Return the letters of a ligature or presentation form, and no half of a pair."""
    if "\ufb00" <= character <= "\ufb4f":
        return unicodedata.normalize("NFKC", character)
    if character in _SYMBOLS:
        return "•"
    return "\ufffd" if "\ud800" <= character <= "\udfff" else character


def _replaced(glyph: Glyph, text: str) -> Glyph:
    return replace(glyph, text=text)


def _is_in_latin_places(glyphs: Sequence[Glyph]) -> bool:
    letters = [glyph.text for glyph in glyphs if glyph.text.isalpha()]
    shifted = sum(1 for letter in letters if "\u00e0" <= letter <= "\u00fa")
    return shifted > 0.5 * len(letters) and not any("\u05d0" <= letter <= "\u05ea" for letter in letters)


def _with_marks(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Put points and accents on the letters that they stand on."""
    bases = [glyph for glyph in glyphs if not unicodedata.combining(glyph.text[0])]
    if len(bases) == len(glyphs):
        return bases
    lines = (line_of(row, ()) for row in rows_of(bases))
    said = votes_of("\n".join(read_display(line.segments[0].text, page_is_hebrew=True) for line in lines))
    mirrored, found = said.is_backwards, dict[int, str]()
    level: dict[int, list[int]] = {}
    for place, base in enumerate(bases):
        level.setdefault(round(base.base / _BAND), []).append(place)
    for mark in glyphs:
        if unicodedata.combining(mark.text[0]):
            band = round(mark.base / _BAND)
            near = [place for each in (band - 1, band, band + 1) for place in level.get(each, ())]
            if near:
                best = _under(mark, [bases[place] for place in near], mirrored=mirrored)
                found[best.order] = found.get(best.order, "") + mark.text
    return [_replaced(base, base.text + found.get(base.order, "")) for base in bases]


def _under(mark: Glyph, bases: Sequence[Glyph], *, mirrored: bool) -> Glyph:
    """Return the letter that the mark stands on; where Hebrew is shown backwards, the one that it follows."""
    if mirrored:
        return min(bases, key=lambda base: abs(base.right - mark.left))
    middle = mark.left + mark.right
    return min(bases, key=lambda base: abs(base.left + base.right - middle))
