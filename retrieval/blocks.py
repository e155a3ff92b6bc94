"""The visible structure of a document's text: headings, paragraphs, list items, table rows, code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

_HEADING = re.compile(r"[ \t]*(?P<marks>#{1,6})[ \t]+(?P<body>.*?)[ \t#]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*•▪●–]|\d{1,3}[.)]|[א-ת]['.)\u05f3]|[a-z][.)])[ \t]+(?=\S)")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_RULE = re.compile(r"[ \t]*(?:\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?|[*_=]{3,})[ \t]*$")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_ENDED = tuple(".!?:;…\u05c3")
# A line at least this long that ends in the middle of a sentence was wrapped, not ended, by its writer.
_WRAPPED_LINE = 60


class Kind(Enum):
    HEADING = "heading"
    PROSE = "prose"
    ITEM = "item"
    ROW = "row"
    RULE = "rule"  # the line under a table's header, or a horizontal line
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]` is the block; `body` is where its words begin, behind a list or heading mark."""

    kind: Kind
    start: int
    body: int
    end: int
    level: int = 0  # of a heading, 1 to 6


def parse_blocks(text: str) -> list[Block]:
    """Return the blocks of Markdown or plain text in order; blank lines belong to none."""
    blocks: list[Block] = []
    for block, follows_directly in _lines_as_blocks(text):
        if follows_directly and blocks and _continues(text, blocks[-1], block):
            blocks[-1] = replace(blocks[-1], end=block.end)
        else:
            blocks.append(block)
    return blocks


def _lines_as_blocks(text: str) -> Iterator[tuple[Block, bool]]:
    """Yield each line with whether it stands directly under the one before."""
    position, follows, in_code = 0, False, False
    for line in text.splitlines(keepends=True):
        content = line.rstrip()
        if not content.strip() and not in_code:
            follows = False
        else:
            fence = _FENCE.match(content) is not None
            code = in_code or fence
            if content:
                yield (_code(position, content) if code else _classified(position, content)), follows
            in_code = in_code != fence
            follows = True
        position += len(line)


def _code(position: int, content: str) -> Block:
    return Block(Kind.CODE, position, position, position + len(content))


def _classified(position: int, line: str) -> Block:
    start, end = position + len(line) - len(line.lstrip()), position + len(line)
    if _RULE.match(line):
        return Block(Kind.RULE, start, start, end)
    if heading := _HEADING.match(line):
        body = position + heading.start("body")
        return Block(Kind.HEADING, start, body, position + heading.end("body"), len(heading["marks"]))
    if _ROW.match(line):
        return Block(Kind.ROW, start, start, end)
    if item := _ITEM.match(line):
        return Block(Kind.ITEM, start, position + item.end(), end)
    return Block(Kind.PROSE, start, start, end)


def _continues(text: str, before: Block, block: Block) -> bool:
    """Tell whether a line goes on with the block above it."""
    if block.kind is Kind.CODE:
        return before.kind is Kind.CODE
    if block.kind is not Kind.PROSE or before.kind not in {Kind.PROSE, Kind.ITEM}:
        return False
    line_above = before.end - max(text.rfind("\n", before.start, before.end) + 1, before.start)
    return line_above >= _WRAPPED_LINE and not text.endswith(_ENDED, before.start, before.end)
