"""Files of a conversation as a whole, for who wants to know what stands in them and not where."""

import time
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from accounts.tenancy import tenant_scope
from config.kernel.hebrew.normalise import words
from retrieval import selectors
from retrieval.chunking import last_heading
from retrieval.models import Document, Passage
from retrieval.pages import pages_of
from retrieval.sentences import quotes_of
from retrieval.types import DocumentRef, Evidence, FoundPassage, Reader, SearchResult, Sentence

T = TypeVar("T")

PASSAGES = 12
# There is nothing to weigh: what was asked about is what is shown.
_EVIDENCE = Evidence(answerable=True, confidence=0.9, level="high")


def read_files(
    *, reader: Reader, conversation_id: UUID, named: Sequence[str] = (), limit: int = PASSAGES
) -> SearchResult | None:
    """Return passages of the reader's files in the conversation in their order, at most `limit` in all: of
    each file its beginning and others evenly spread.

    `named` are words that a file's name must have all of; None where no such file can be read.
    """
    began = time.perf_counter()
    with tenant_scope(reader.organization_id):
        files = [file for file in selectors.indexed_files(reader, conversation_id) if _is_named(file, named)]
        ids = [list(selectors.passages_of_file(reader, file).values_list("id", flat=True)) for file in files]
        chosen = shared_evenly(ids, limit)
        rows = selectors.passages_by_id(reader, chosen, conversation_id)
    read = tuple(_found(rows[each]) for each in chosen if each in rows)
    if not read:
        return None
    return SearchResult(read, _EVIDENCE, (time.perf_counter() - began) * 1000, is_whole=True)


def shared_evenly(groups: Sequence[Sequence[T]], most: int) -> list[T]:
    """Return at most so many of all the groups' items, in order: each group's first and others at like
    distances. What a small group leaves, larger ones get.
    """
    shares = [0] * len(groups)
    for place, index in enumerate(sorted(range(len(groups)), key=lambda each: len(groups[each]))):
        shares[index] = min(len(groups[index]), (most - sum(shares)) // (len(groups) - place))
    return [
        group[place * len(group) // share]
        for group, share in zip(groups, shares, strict=True)
        for place in range(share)
    ]


def _is_named(file: Document, named: Sequence[str]) -> bool:
    return set(named) <= {*words(file.original_name), *words(file.title)}


def _found(passage: Passage) -> FoundPassage:
    document = passage.document
    quotes = quotes_of(passage.text, last_heading(passage.heading))
    return FoundPassage(
        id=passage.id,
        document=DocumentRef(document.id, document.title, document.category),
        text=passage.text,
        page=passage.page,
        heading=passage.heading,
        score=1.0,
        dense=None,
        sentences=tuple(
            Sentence(passage.text[each.start : each.end], each.start, each.end, 0.0) for each in quotes
        ),
        ordinal=passage.ordinal,
        pages=pages_of(passage),
    )
