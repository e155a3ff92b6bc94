"""What an answer quotes as one: a sentence, a table with its header, a list with the words that lead into it.

A table's row says nothing without its columns, and the item of a list little without the others; so they are
quoted together, or where that would be too long, the ones that matter with what stands above them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from retrieval.blocks import Block, Kind, parse_blocks
from retrieval.sentences import Span, block_sentences

_ENDED = re.compile("[.!?:;…\u05c3][\"'”’»)\\]*_]*$")
_LABEL_WORDS = 8
_COLON = (":", ":**", ":*")


@dataclass(frozen=True, slots=True)
class Unit:
    """`parts` are its rows or items, or the one sentence; `head` is the header or lead-in directly above."""

    kind: Kind
    heading: str
    head: Span | None
    parts: tuple[Span, ...]

    @property
    def start(self) -> int:
        return self.head[0] if self.head else self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]

    def narrowed(self, first: int, last: int) -> "Unit":
        """Return the unit with its parts from `first` to `last` alone."""
        return Unit(self.kind, self.heading, self.head, self.parts[first : last + 1])


def units_of(text: str, heading: str = "") -> list[Unit]:
    """Return the units of a passage in order; `heading` stands above the text. Headings are in none.

    A short line without an end, with more below it, is a heading as well: plain text has no other.
    """
    units: list[Unit] = []
    blocks = parse_blocks(text)
    for kind, group in groupby(enumerate(blocks), key=lambda pair: _group(text, blocks, *pair)):
        run = [block for _, block in group]
        if kind is Kind.HEADING:
            heading = text[run[-1].body : run[-1].end].strip("*_ ")
        elif kind is Kind.ROW:
            units += _tables(run, heading)
        elif kind is Kind.ITEM:
            units.append(_list(text, run, units, heading))
        elif kind is not Kind.RULE:
            units += [
                Unit(kind, heading, None, (span,)) for block in run for span in block_sentences(text, block)
            ]
    return units


def label_of(part: str) -> str:
    """Return what a row or an item is about: its first cell, or its words up to a colon; nothing else."""
    line = part.lstrip()
    if line.startswith("|"):
        return line.strip("| \t").split("|")[0].strip()
    return line.partition(":")[0] if ":" in line else ""


def _group(text: str, blocks: Sequence[Block], index: int, block: Block) -> Kind:
    """Return the kind by which neighbours belong together: a table's rule is one of its rows."""
    beside = {each.kind for each in blocks[max(index - 1, 0) : index + 2]}
    if block.kind is Kind.RULE and Kind.ROW in beside:
        return Kind.ROW
    return Kind.HEADING if _is_label(text, blocks, index) else block.kind


def _is_label(text: str, blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    line = text[block.start : block.end]
    if block.kind is not Kind.PROSE or index + 1 == len(blocks) or len(line.split()) > _LABEL_WORDS:
        return False
    is_alone = index == 0 or not text[blocks[index - 1].end : block.start].strip(" \t\n")
    below = text[block.end : blocks[index + 1].start]
    return is_alone and "\n\n" in below and not _ENDED.search(line)


def _tables(blocks: Sequence[Block], heading: str) -> Iterator[Unit]:
    """Yield one unit for each header among the rows, and one for rows that have none above them."""
    head: Span | None = None
    parts: list[Span] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind is Kind.RULE:
            continue
        if following is not None and following.kind is Kind.RULE:
            if parts:
                yield Unit(Kind.ROW, heading, head, tuple(parts))
            head, parts = (block.start, following.end), []
        else:
            parts.append((block.start, block.end))
    if parts:
        yield Unit(Kind.ROW, heading, head, tuple(parts))


def _list(text: str, items: Sequence[Block], before: list[Unit], heading: str) -> Unit:
    """Return the list; the sentence before it that ends in a colon leads into it and is none of its own."""
    head: Span | None = None
    if before and before[-1].kind is Kind.PROSE and before[-1].heading == heading:
        (span,) = before[-1].parts
        if text[slice(*span)].endswith(_COLON) and not text[span[1] : items[0].start].strip():
            head = span
            before.pop()
    return Unit(Kind.ITEM, heading, head, tuple((item.start, item.end) for item in items))
