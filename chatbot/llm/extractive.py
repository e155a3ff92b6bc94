"""The answerer that needs no model: it quotes the best sentences, tables and lists of the passages, verbatim,
each with its citation."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Sequence

from chatbot.llm.candidates import Quotation
from chatbot.llm.leading import leading_quotations
from chatbot.llm.port import Piece, Prompt
from chatbot.llm.quoting import choose_quotations
from retrieval.blocks import Kind

WORDS_PER_PIECE = 4


class Extractive:
    """Quotes two or three sentences in document order, of whole files the beginnings of their parts; never
    writes a word of its own.

    The first piece comes at once, the others `piece_seconds` apart, or closer where all together would take
    longer than `most_seconds`.
    """

    name = "extractive"
    continues = False

    def __init__(self, *, piece_seconds: float = 0.0, most_seconds: float = 1.0) -> None:
        self._piece_seconds = piece_seconds
        self._most_seconds = most_seconds

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        quotations = await asyncio.to_thread(_quotations, prompt)
        pieces = list(_all_pieces(quotations))
        pause = min(self._piece_seconds, self._most_seconds / max(len(pieces), 1))
        for index, piece in enumerate(pieces):
            if index and pause:
                await asyncio.sleep(pause)
            yield piece

    async def is_healthy(self) -> bool:
        return True

    async def aclose(self) -> None:
        return None


def _quotations(prompt: Prompt) -> list[Quotation]:
    if prompt.is_whole:
        return leading_quotations(prompt.passages)
    return choose_quotations(prompt.question, prompt.passages, prompt.meant)


def _all_pieces(quotations: Sequence[Quotation]) -> Iterator[Piece]:
    for index, quotation in enumerate(quotations):
        if index:
            yield Piece("\n\n")
        yield from _pieces(quotation)


def _pieces(quotation: Quotation) -> Iterator[Piece]:
    """Yield the quotation and its mark; a table's stands in the last cell, where it stays in the table."""
    *above, (start, end) = quotation.spans
    text = quotation.passage.text
    for span in above:
        yield from _verbatim(text[slice(*span)])
        yield Piece("\n")
    quoted = text[start:end]
    body = quoted.rstrip("| \t") if quotation.unit.kind is Kind.ROW else quoted
    yield from _verbatim(body)
    yield Piece(f" [{quotation.number}]", quotes=(start, end))
    if body != quoted:
        yield Piece(quoted[len(body) :], verbatim=True)


def _verbatim(text: str) -> Iterator[Piece]:
    """Cut at every few words, so that a reader sees it arrive and `stop` has somewhere to stop."""
    words = re.findall(r"\s*\S+", text)
    for start in range(0, len(words), WORDS_PER_PIECE):
        yield Piece("".join(words[start : start + WORDS_PER_PIECE]), verbatim=True)
