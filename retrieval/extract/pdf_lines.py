"""Glyphs of a page to its lines, and lines to the segments whose words stand together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

SAME_LINE = 0.35  # of the type size, between base lines
WORD_GAP = 0.17
CELL_GAP = 0.6
CELL_GAP_WITHOUT_SPACES = 1.1  # where the file holds no spaces, words are apart by gaps alone
WIDE_GAP = 2.6
_MARKER = re.compile(r"[•▪●◦–-]|[(.)]?[\dא-תA-Za-z]{1,3}[.)]|[(.)][\dא-תA-Za-z]{1,3}[.)]?")
_MARKER_GAP = 5.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character where it stands, in points; marks that stand on it are in `text` as well.

    `order` is its place in the file, `size` the height of its box, `type_size` that of the type: fonts differ
    in how much room they leave above and below, and digits often come from another font than the words.
    """

    order: int
    left: float
    right: float
    base: float
    size: float
    type_size: float
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one line that stand together; `text` is as seen from left to right.

    `size` is the height of its boxes, `type_size` that of its type. `parts` are the segments that it falls
    into where words are apart and no space is between them, none for a segment without such a place.
    """

    left: float
    right: float
    base: float
    size: float
    type_size: float
    text: str
    parts: tuple["Segment", ...] = ()

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Line:
    segments: tuple[Segment, ...]

    @property
    def base(self) -> float:
        return self.segments[0].base

    @property
    def size(self) -> float:
        return max(segment.size for segment in self.segments)

    @property
    def type_size(self) -> float:
        return max(segment.type_size for segment in self.segments)


def rows_of(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the glyphs that share a base line, from the top of the page down."""
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda each: -each.base):
        if row and row[0].base - glyph.base > SAME_LINE * max(row[0].size, glyph.size):
            yield row
            row = []
        row.append(glyph)
    if row:
        yield row


def line_of(row: Sequence[Glyph], spaces: Sequence[Glyph]) -> Line:
    """Cut a row of glyphs into segments at gaps that no space between words would leave."""
    size = sorted(glyph.size for glyph in row)[len(row) // 2] or 1.0
    level = [
        each for each in spaces if abs(each.base - row[0].base) <= SAME_LINE * size and each.right > each.left
    ]
    cell_gap = (CELL_GAP if spaces else CELL_GAP_WITHOUT_SPACES) * size
    gaps = {round((each.left + each.right) / 2, 1) for each in level}
    segments: list[Segment] = []
    parts: list[Segment] = []
    part, text = list[Glyph](), list[str]()
    for glyph in sorted(row, key=lambda each: (each.left + each.right, each.order)):
        if part and _is_same(part[-1], glyph):  # drawn twice, to look bold
            continue
        gap = glyph.left - part[-1].right if part else 0.0
        has_space = part != [] and gap > 0.05 * size and _between(gaps, part[-1], glyph)
        is_cell = gap > WIDE_GAP * size or (gap > cell_gap and not has_space)
        if part and (is_cell or (gap > WORD_GAP * size and not has_space)):
            parts.append(_segment(part, text, size))
            part, text = [], []
            if is_cell:
                segments.append(_joined(parts, has_spaces=bool(spaces)))
                parts = []
        elif has_space:
            text.append(" ")
        part.append(glyph)
        text.append(glyph.text)
    parts.append(_segment(part, text, size))
    return Line(tuple(_with_markers([*segments, _joined(parts, has_spaces=bool(spaces))])))


def _joined(parts: Sequence[Segment], *, has_spaces: bool) -> Segment:
    """Return the parts as one segment. In a file without spaces nothing tells words from cells."""
    first, *others = parts
    if not others:
        return first
    return replace(
        first,
        right=max(part.right for part in parts),
        type_size=sorted(part.type_size for part in parts)[len(parts) // 2],
        text=" ".join(part.text for part in parts),
        parts=tuple(parts) if has_spaces else (),
    )


def _with_markers(segments: Sequence[Segment]) -> list[Segment]:
    """Put the bullet or number of a list item, which stands apart, into the segment that it marks."""
    if len(segments) != 2 or segments[1].left - segments[0].right > _MARKER_GAP * segments[0].size:
        return list(segments)
    if not any(_MARKER.fullmatch(segment.text) for segment in segments):
        return list(segments)
    left, right = segments
    size, type_size = max(left.size, right.size), max(left.type_size, right.type_size)
    return [Segment(left.left, right.right, left.base, size, type_size, f"{left.text} {right.text}")]


def _is_same(before: Glyph, glyph: Glyph) -> bool:
    near = abs(glyph.left - before.left) < 0.08 * glyph.size
    # The letters of a ligature have one place as well, but stand together in the file.
    return near and before.text == glyph.text and abs(before.order - glyph.order) > 1


def _between(gaps: set[float], before: Glyph, after: Glyph) -> bool:
    return any(before.right - 0.1 <= place <= after.left + 0.1 for place in gaps)


def _segment(part: Sequence[Glyph], text: Sequence[str], size: float) -> Segment:
    right = max(glyph.right for glyph in part)
    type_size = sorted(glyph.type_size for glyph in part)[len(part) // 2]
    return Segment(part[0].left, right, part[0].base, size, type_size, "".join(text))
