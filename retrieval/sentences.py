"""Sentences with their offsets: what an answer may quote."""

import re
from collections.abc import Iterator
from itertools import pairwise

from retrieval.blocks import Block, Kind, parse_blocks

Span = tuple[int, int]

# An end needs white space after it: the dots of 3.5, 03.04.2026, an address or a file name have none.
_END = re.compile("[.!?…\u05c3]+[\"'”’»)\\]*_]*(?=\\s)")
_LONGEST_ABBREVIATION = 12
_LAST_WORD = re.compile(r"[^\s(\[\u05be-]*\Z")
_SPACE = re.compile(r"\s*")
_SMALL_LATIN = re.compile(r"\s*[a-z]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
_ABBREVIATION = re.compile(
    "[והבכלמש]?(?:עמ|מס|טל|פרופ|גב|רח|שד|אינג)"
    "|mrs?|ms|dr|prof|st|no|vs|fig|inc|ltd|dept|ext|tel|e\\.?g|i\\.?e"
)
_LATIN_WORD = re.compile(r"[A-Za-z.]+\Z")


def sentence_spans(text: str) -> list[Span]:
    """Return `(start, end)` of every sentence in order, without outer white space and list marks.

    A list item, a table row and a piece of code end where they end. Headings, a table's header and rules are
    not sentences. Abbreviations, numbers, dates and addresses do not end one.
    """
    blocks = parse_blocks(text)
    headers = _header_rows(blocks)
    return [
        span
        for index, block in enumerate(blocks)
        if block.kind not in {Kind.HEADING, Kind.RULE} and index not in headers
        for span in block_sentences(text, block)
    ]


def block_sentences(text: str, block: Block) -> Iterator[Span]:
    """Yield the sentences of one block."""
    if block.kind is Kind.ROW:
        yield from _row(text, block)
    elif block.kind is Kind.CODE:
        yield block.start, block.end
    else:
        yield from _prose(text, block.body, block.end)


def _header_rows(blocks: list[Block]) -> set[int]:
    return {
        index
        for index, (row, rule) in enumerate(pairwise(blocks))
        if row.kind is Kind.ROW and rule.kind is Kind.RULE
    }


def _row(text: str, block: Block) -> Iterator[Span]:
    row = text[block.start : block.end]
    words = row.strip("| \t")
    if words:
        start = block.start + row.index(words)
        yield start, start + len(words)


def _prose(text: str, start: int, end: int) -> Iterator[Span]:
    region = text[start:end]
    begin = 0
    for found in _END.finditer(region):
        if not _goes_on(region, begin, found):
            yield start + begin, start + found.end()
            begin = _after_space(region, found.end())
    if begin < len(region):
        yield start + begin, end


def _after_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _goes_on(region: str, begin: int, found: re.Match[str]) -> bool:
    """Tell whether the sentence goes on behind the mark: an abbreviation's dot, a remark in brackets."""
    if found.group() != ".":
        return found.group().endswith(")") and not region.startswith("(", begin)
    before = region[max(begin, found.start() - _LONGEST_ABBREVIATION) : found.start()]
    found_word = _LAST_WORD.search(before)
    word = found_word.group().lstrip("\"'“”") if found_word else ""
    if _INITIALS.match(word) or _ABBREVIATION.fullmatch(word.lower()):
        return True
    # "approx. five": a Latin sentence begins with a capital letter.
    return bool(_LATIN_WORD.match(word) and _SMALL_LATIN.match(region, found.end()))
