"""Sentences with their offsets: what an answer may quote."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

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


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a text, `text[start:end]`, and what it says read alone: with heading, column names,
    lead-in.
    """

    start: int
    end: int
    spoken: str


def quotes_of(text: str, heading: str = "") -> list[Quote]:
    """Return every sentence in order, without outer white space and list marks; `heading` stands above the
    text.

    A list item, a table row and a piece of code end where they end. Headings, a table's header and rules are
    not sentences. Abbreviations, numbers, dates and addresses do not end one.
    """
    quotes: list[Quote] = []
    columns, lead_in = list[str](), ""
    for block, following in pairwise([*parse_blocks(text), None]):
        if block is None or block.kind is Kind.RULE:
            continue
        if block.kind is Kind.HEADING:
            heading, columns, lead_in = text[block.body : block.end], [], ""
        elif block.kind is Kind.ROW and following is not None and following.kind is Kind.RULE:
            columns = _cells(text[block.start : block.end])
        else:
            columns = columns if block.kind is Kind.ROW else []
            lead_in = lead_in if block.kind is Kind.ITEM else ""
            spans = list(block_sentences(text, block))
            quotes += [Quote(*span, _spoken(text[slice(*span)], heading, columns, lead_in)) for span in spans]
            if block.kind is Kind.PROSE and spans and text[: block.end].endswith(":"):
                lead_in = text[slice(*spans[-1])]
    return quotes


def sentence_spans(text: str) -> list[Span]:
    """Return `(start, end)` of every sentence in order."""
    return [(quote.start, quote.end) for quote in quotes_of(text)]


def _spoken(sentence: str, heading: str, columns: Sequence[str], lead_in: str) -> str:
    if columns:
        pairs = zip_longest(columns, _cells(sentence), fillvalue="")
        sentence = ", ".join(f"{name}: {cell}".strip(": ") for name, cell in pairs if cell)
    return "\n".join(part for part in (heading, lead_in, sentence) if part)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def block_sentences(text: str, block: Block) -> Iterator[Span]:
    """Yield the sentences of one block."""
    if block.kind is Kind.ROW:
        yield from _row(text, block)
    elif block.kind is Kind.CODE:
        yield block.start, block.end
    else:
        yield from _prose(text, block.body, block.end)


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
