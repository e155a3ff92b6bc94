"""What an answer quotes as one: a sentence, a table with its header, a list with the words that lead into it.

A table's row says nothing without its columns, and the item of a list little without the others; so they are
quoted together, or where that would be too long, the ones that matter with what stands above them. A question
that a document asks itself is never quoted: what follows it is its answer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from retrieval.blocks import Block, Kind, parse_blocks
from retrieval.sentences import Span, block_sentences

_ENDED = re.compile("[.!?:;…\u05c3][\"'”’»)\\]*_]*$")
_LABEL_WORDS = 8
_STATING_WORDS = 4
_STATED = re.compile(r"\d|\w@\w|\bwww\.|://|\w[*_]*:[*_]*\s+\S")
# "Chapter 3", "Appendix A: forms", "Budget 2026" are titles all the same.
_NUMBERED_TITLE = re.compile(
    r"[*_\s]*(?:(?:פרק|סעיף|נספח|חלק|שלב|טבלה|שיעור|יחידה|נוהל|הנחיה|תקנה|מודול|מפגש"
    r"|chapter|section|appendix|annex|part|step|table|lesson|unit|procedure|module)\s+\S+(?:[\s:.–-]|\Z)"
    r"|\D*\b(?:19|20)\d\d\b\D*\Z)",
    re.IGNORECASE,
)
# "2. Fees", "ב. כללי": the number of a section; "2.1 Fees" as well, but "2.5 hours" is an amount.
_COUNTED = re.compile(r"[*_\s]*(?:\d{1,3}|[א-ת]['\u05f3]?|[a-z])[.)]\s+", re.IGNORECASE)
_SECTION = re.compile(
    r"[*_\s]*\d{1,2}(?:\.\d{1,2})+[.)]?\s+(?!ש\"ח|שקל|[₪%$€]|אחוז|שע|דק|ימים|יום|חודש|שנ|מטר|ס\"מ|ק\"[מג]|ליטר|מעלות"
    r"|hour|day|percent|met|kg|km)",
    re.IGNORECASE,
)
# What a letter is about: its title, whatever stands behind the colon.
_SUBJECT = re.compile(r"[*_\s]*(?:הנדון|הנושא|נושא|subject|re)[*_]*\s?:", re.IGNORECASE)
# What a letter says of itself below its subject, as `extract.mail` writes it.
_SENDER = re.compile(r"מאת: .*\S@\S")
_LETTER_HEAD = re.compile(r"(?:אל|תאריך): \S")
_COLON = (":", ":**", ":*")
_ASKS = re.compile(r"[*_\s]*(?:שאלה|ש|question|q)(?:\s*\d+)?[*_]*\s?[:.][*_\s]", re.IGNORECASE)
_ANSWERS = re.compile(r"[*_\s]*(?:תשובה|ת|answer|a)(?:\s*\d+)?[*_]*\s?[:.]", re.IGNORECASE)
_ANSWERED_IN_IT = re.compile(r"\s[*_]*(?:תשובה|answer)[*_]*\s?:", re.IGNORECASE)
_AROUND = " \t*_\"'”’»)"


@dataclass(frozen=True, slots=True)
class Unit:
    """`parts` are its rows or items, or the one sentence; `head` is the header or lead-in directly above;
    `question` is what the document asks there, and the unit answers.
    """

    kind: Kind
    heading: str
    head: Span | None
    parts: tuple[Span, ...]
    question: Span | None = None

    @property
    def start(self) -> int:
        return self.head[0] if self.head else self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]

    def narrowed(self, first: int, last: int) -> "Unit":
        """Return the unit with its parts from `first` to `last` alone."""
        return replace(self, parts=self.parts[first : last + 1])


@dataclass(frozen=True, slots=True)
class _Above:
    """What stands above: the heading of the section, and a question that waits for its answer."""

    heading: str
    question: Span | None = None


def units_of(text: str, heading: str = "") -> list[Unit]:
    """Return the units of a passage in order; `heading` stands above the text. Headings are in none.

    A short line without an end, with more below it, is a heading as well: plain text has no other; one with
    the number of a section too, "2. Fees". So is a question that stands by itself. A line that states
    something is none: "Rent 5,300 ₪", "Fax: none".
    """
    units: list[Unit] = []
    blocks = parse_blocks(text)
    above = _Above(heading)
    for kind, group in groupby(enumerate(blocks), key=lambda pair: _group(text, blocks, *pair)):
        run = [block for _, block in group]
        if kind is Kind.HEADING:
            above = _below(text, run, above)
            continue
        if kind is Kind.ROW:
            units += _tables(run, above)
        elif kind is Kind.ITEM:
            units.append(_list(text, run, units, above))
        elif kind is not Kind.RULE:
            units += _sentences(text, run, above)
        above = replace(above, question=None)
    return units


def is_question(text: str) -> bool:
    """Tell whether a sentence only asks: "**Who pays?**", "שאלה: מי משלם"."""
    if _ANSWERS.match(text) or _ANSWERED_IN_IT.search(text):
        return False
    return text.rstrip(_AROUND).endswith("?") or _ASKS.match(text) is not None


def label_of(part: str) -> str:
    """Return what a row or an item is about: its first cell, or its words up to a colon; nothing else."""
    line = part.lstrip()
    if line.startswith("|"):
        return line.strip("| \t").split("|")[0].strip()
    return line.partition(":")[0] if ":" in line else ""


def _group(text: str, blocks: Sequence[Block], index: int, block: Block) -> Kind:
    """Return the kind by which neighbours belong together: a table's rule is one of its rows, and from whom a
    letter is says as little by itself as a line.
    """
    beside = {each.kind for each in blocks[max(index - 1, 0) : index + 2]}
    if block.kind is Kind.RULE and Kind.ROW in beside:
        return Kind.ROW
    if _is_letter_head(text, blocks, index):
        return Kind.RULE
    if _only_asks(text, blocks, index) or _is_label(text, blocks, index) or _is_counted(text, blocks, index):
        return Kind.HEADING
    return block.kind


def _is_letter_head(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Tell whether a line names a letter's sender, or stands right below it and says to whom or when."""
    block = blocks[index]
    if block.kind is not Kind.PROSE:
        return False
    if _SENDER.match(text, block.start, block.end):
        return True
    is_below = index > 0 and text[blocks[index - 1].end : block.start].count("\n") == 1
    is_head = _LETTER_HEAD.match(text, block.start, block.end) is not None
    return is_head and is_below and _is_letter_head(text, blocks, index - 1)


def _only_asks(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Tell whether a paragraph is nothing but a question, or an item is one and not one of several: those are
    a list of questions.
    """
    block = blocks[index]
    if block.kind is Kind.PROSE:
        return all(is_question(text[slice(*span)]) for span in block_sentences(text, block))
    beside = [*blocks[max(index - 1, 0) : index], *blocks[index + 1 : index + 2]]
    return _is_asking_item(text, block) and not any(_is_asking_item(text, each) for each in beside)


def _is_asking_item(text: str, block: Block) -> bool:
    spans = list(block_sentences(text, block)) if block.kind is Kind.ITEM else []
    return bool(spans) and all(is_question(text[slice(*span)]) for span in spans)


def _below(text: str, run: Sequence[Block], above: _Above) -> _Above:
    """Return what stands above the words below these headings and questions."""
    heading, question = above.heading, None
    for block in run:
        words = text[block.body : block.end]
        is_asking = is_question(words)
        if block.kind is Kind.HEADING or not is_asking:
            heading, question = words.strip("*_ "), None
        if is_asking:
            question = (question[0] if question else block.body, block.end)
    return _Above(heading, question)


def _sentences(text: str, run: Sequence[Block], above: _Above) -> Iterator[Unit]:
    """Yield the sentences of paragraphs; of those that ask, the rest of the paragraph is the answer."""
    for block in run:
        question = above.question if block is run[0] else None
        is_asking = False
        for span in block_sentences(text, block):
            if block.kind is Kind.PROSE and is_question(text[slice(*span)]):
                question = (question[0] if question and is_asking else span[0], span[1])
                is_asking = True
            else:
                is_asking = False
                yield Unit(block.kind, above.heading, None, (span,), question)


def _is_label(text: str, blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    line = text[block.start : block.end]
    if block.kind is not Kind.PROSE or index + 1 == len(blocks) or len(line.split()) > _LABEL_WORDS:
        return False
    is_alone = index == 0 or not text[blocks[index - 1].end : block.start].strip(" \t\n")
    below = text[block.end : blocks[index + 1].start]
    if not is_alone or "\n\n" not in below or _ENDED.search(line):
        return False
    return not (_states_something(line) or _is_one_of_several(text, blocks, index))


def _is_counted(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Tell whether an item is the title of a section: short, with a number, text right below it, and no item
    of a list, which has others beside it or words that lead into it.
    """
    block = blocks[index]
    if block.kind is not Kind.ITEM or index + 1 == len(blocks) or blocks[index + 1].kind is Kind.ITEM:
        return False
    above = blocks[index - 1] if index else None
    if above is not None and (
        _COUNTED.match(text, above.start, above.end) or text.endswith(_COLON, above.start, above.end)
    ):
        return False
    words = text[block.body : block.end]
    is_short = len(words.split()) <= _LABEL_WORDS and not _ENDED.search(words)
    return is_short and bool(_COUNTED.match(text, block.start, block.end)) and not _states_something(words)


def _states_something(line: str) -> bool:
    """Tell whether a line holds a number, an address or a value behind a colon, and is no numbered title and
    no letter's subject.
    """
    is_title = _NUMBERED_TITLE.match(line) or _SUBJECT.match(line)
    return _STATED.search(_SECTION.sub("", line, count=1)) is not None and not is_title


def _is_one_of_several(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Tell whether a line goes on with lines that state something each: longer than a heading among them, and
    directly below one.
    """
    above = blocks[index - 1] if index else None
    if above is None or above.kind is not Kind.PROSE:
        return False
    line, before = (text[each.start : each.end] for each in (blocks[index], above))
    is_short = len(before.split()) <= _LABEL_WORDS and not _ENDED.search(before)
    goes_on = _states_something(before) or _is_one_of_several(text, blocks, index - 1)
    return is_short and goes_on and len(line.split()) >= _STATING_WORDS


def _tables(blocks: Sequence[Block], above: _Above) -> Iterator[Unit]:
    """Yield one unit for each header among the rows, and one for rows that have none above them."""
    head: Span | None = None
    parts: list[Span] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind is Kind.RULE:
            continue
        if following is not None and following.kind is Kind.RULE:
            if parts:
                yield Unit(Kind.ROW, above.heading, head, tuple(parts), above.question)
            head, parts = (block.start, following.end), []
        else:
            parts.append((block.start, block.end))
    if parts:
        yield Unit(Kind.ROW, above.heading, head, tuple(parts), above.question)


def _list(text: str, items: Sequence[Block], before: list[Unit], above: _Above) -> Unit:
    """Return the list; the sentence before it that ends in a colon leads into it and is none of its own."""
    head, question = None, above.question
    if before and before[-1].kind is Kind.PROSE and before[-1].heading == above.heading:
        (span,) = before[-1].parts
        if text[slice(*span)].endswith(_COLON) and not text[span[1] : items[0].start].strip():
            head, question = span, before.pop().question
    parts = tuple((item.start, item.end) for item in items)
    return Unit(Kind.ITEM, above.heading, head, parts, question)
