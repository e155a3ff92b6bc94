"""From a document's text to passages: the pieces that are found, quoted and opened.

A passage holds about 60 to 120 words of one section. It is cut at headings, paragraphs, list items and table
rows, inside a paragraph between sentences, and inside a sentence only when that alone is too long. A short
document is one passage.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from retrieval.blocks import Block, Kind, parse_blocks
from retrieval.sentences import block_sentences

# The version of the rules below, of `blocks` and of `sentences`: whoever changes what they make of a text
# adds one, and `manage.py reembed` brings the documents up to date. A test holds it to what they make of a
# sample.
CUTTING = 1
PASSAGE_WORDS = 120
LARGEST_PASSAGE = 150  # and a document up to this size is one passage
FULL_PASSAGE = 60
SMALL_PASSAGE = 40
CRUMB = 15
LONG_UNIT = 200
# A "word" of more characters than this counts for several: unbroken text must be cut somewhere.
_LONG_WORD = 12
HEADING_JOIN = " › "


@dataclass(frozen=True, slots=True)
class Chunk:
    """`text` is `document[start:end]`; where a table goes on, its header row stands in front of that."""

    heading: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is not cut any further; `block_size` is that of the block it opens, 0 inside of one."""

    start: int
    end: int
    size: int
    block_size: int = 0
    table_header: str = ""

    @property
    def opens_block(self) -> bool:
        return self.block_size > 0


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    name: str
    start: int


@dataclass(frozen=True, slots=True)
class _Section:
    path: tuple[_Heading, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage in the making. `earliest` is where it may begin, to take in headings of its own."""

    path: tuple[_Heading, ...]
    units: tuple[_Unit, ...]
    earliest: int

    @property
    def size(self) -> int:
        return sum(unit.size for unit in self.units)


def split_document(text: str) -> list[Chunk]:
    """Return the passages of `text` in order; empty for a text without words."""
    drafts = list(_drafts(text))
    if not drafts:
        bare = text.strip()
        return [Chunk("", bare, text.index(bare), text.index(bare) + len(bare))] if bare else []
    if sum(draft.size for draft in drafts) <= LARGEST_PASSAGE:
        drafts = [_joined(drafts)]
    return [_chunk(text, draft) for draft in _without_crumbs(drafts)]


def last_heading(path: str) -> str:
    """Return the innermost of a passage's headings."""
    return path.rpartition(HEADING_JOIN)[2]


def size_of(text: str) -> int:
    """Return the number of words, longer than usual ones counted more than once."""
    return sum(1 + len(word) // _LONG_WORD for word in text.split())


def _sections(text: str) -> Iterator[_Section]:
    path: list[_Heading] = []
    content: list[Block] = []
    for block in parse_blocks(text):
        if block.kind is not Kind.HEADING:
            content.append(block)
            continue
        if content:
            yield _Section(tuple(path), tuple(content))
            content = []
        path = [outer for outer in path if outer.level < block.level]
        path.append(_Heading(block.level, text[block.body : block.end], block.start))
    if content:
        yield _Section(tuple(path), tuple(content))


def _drafts(text: str) -> Iterator[_Draft]:
    earliest = 0
    for section in _sections(text):
        for units in _packed(list(_units(text, section.blocks))):
            yield _Draft(section.path, units, earliest)
            earliest = units[-1].end


def _packed(units: Sequence[_Unit]) -> Iterator[tuple[_Unit, ...]]:
    """Share the units of a section out over passages of about equal size."""
    total = sum(unit.size for unit in units)
    if total <= LARGEST_PASSAGE:
        yield tuple(units)
        return
    target = total / round(total / PASSAGE_WORDS + 0.3)
    pending: list[_Unit] = []
    for unit in units:
        if pending and _is_full(sum(other.size for other in pending), unit, target):
            yield tuple(pending)
            pending = []
        pending.append(unit)
    yield tuple(pending)


def _is_full(size: int, following: _Unit, target: float) -> bool:
    if not following.opens_block:
        return size >= target or size + following.size > LARGEST_PASSAGE
    # The border of a paragraph is worth an early cut, where the next one would have to be cut otherwise.
    return size >= FULL_PASSAGE and (size >= target or size + following.block_size > PASSAGE_WORDS)


def _units(text: str, blocks: Sequence[Block]) -> Iterator[_Unit]:
    header = ""
    for block, following in _with_header_rows(blocks):
        if block.kind is not Kind.ROW:
            header = ""
        elif following is not None:
            header = text[block.start : following.end] + "\n"
        end = following.end if following is not None else block.end
        block_size = size_of(text[block.start : end])
        for start, stop in _pieces(text, replace(block, end=end)):
            yield _Unit(start, stop, size_of(text[start:stop]), block_size, header)
            block_size = 0


def _with_header_rows(blocks: Sequence[Block]) -> Iterator[tuple[Block, Block | None]]:
    """Yield every block, a table's header row together with the rule below it."""
    pairs = pairwise([*blocks, None])
    for block, following in pairs:
        if block is None:
            continue
        heads_table = block.kind is Kind.ROW and following is not None and following.kind is Kind.RULE
        yield block, following if heads_table else None
        if heads_table:
            next(pairs, None)


def _pieces(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Yield the block whole when it is not too long, else its sentences, those cut as well when need be."""
    ends = [block.end]
    if size_of(text[block.start : block.end]) > PASSAGE_WORDS // 2:
        ends = [end for _, end in block_sentences(text, block)][:-1] + ends
    begin = block.start
    for end in ends:
        yield from _cut(text, begin, end)
        begin = end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if size_of(text[start:end]) <= LONG_UNIT:
        yield start, end
        return
    size, begin = 0, start
    for word in re.finditer(rf"\s*\S{{1,{_LONG_WORD * PASSAGE_WORDS // 2}}}", text[start:end]):
        size += size_of(word.group())
        if size >= PASSAGE_WORDS:
            yield begin, start + word.end()
            size, begin = 0, start + word.end()
    if begin < end:
        yield begin, end


def _without_crumbs(drafts: Sequence[_Draft]) -> list[_Draft]:
    """Join small passages to a neighbour when both together still are one passage."""
    joined: list[_Draft] = []
    for draft in drafts:
        if joined and _belong_together(joined[-1].size, draft.size):
            joined[-1] = _joined([joined[-1], draft])
        else:
            joined.append(draft)
    return joined


def _belong_together(size: int, following: int) -> bool:
    if min(size, following) < CRUMB:
        return size + following <= LARGEST_PASSAGE
    return min(size, following) < SMALL_PASSAGE and size < FULL_PASSAGE and size + following <= PASSAGE_WORDS


def _joined(drafts: Sequence[_Draft]) -> _Draft:
    """Return one draft under the headings that all share; the others stay in its text."""
    first = drafts[0]
    shared = min(_shared_length(first.path, draft.path) for draft in drafts)
    units = [unit for draft in drafts for unit in draft.units]
    own = [heading.start for heading in first.path[shared:] if heading.start >= first.earliest]
    if own:
        units[0] = replace(units[0], start=own[0], table_header="")
    return _Draft(first.path[:shared], tuple(units), first.earliest)


def _shared_length(one: Sequence[_Heading], other: Sequence[_Heading]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _chunk(text: str, draft: _Draft) -> Chunk:
    first, last = draft.units[0], draft.units[-1]
    raw = text[first.start : last.end]
    piece = raw.strip()
    start = first.start + raw.index(piece)
    header = "" if piece.startswith(first.table_header.strip()) else first.table_header
    heading = HEADING_JOIN.join(heading.name for heading in draft.path)
    return Chunk(heading, header + piece, start, start + len(piece))
