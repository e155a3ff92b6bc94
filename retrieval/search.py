"""The search: question in, passages with their sentences and the weight of the evidence out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accounts.tenancy import tenant_scope
from config.kernel.hebrew.normalise import search_tokens
from retrieval import selectors
from retrieval.chunking import last_heading
from retrieval.embeddings import LEXICAL, get_embedder
from retrieval.embeddings.port import Vectors
from retrieval.evidence import NO_EVIDENCE, Candidate, Signals, signals_of, weigh
from retrieval.models import Passage
from retrieval.ranking import Fused, fuse
from retrieval.relevance import QuotableText, score_sentences
from retrieval.sentences import quotes_of
from retrieval.types import DocumentRef, FoundPassage, Reader, SearchResult, Sentence
from retrieval.vectors import get_store
from retrieval.vectors.port import Background, StoreQuery

LEG_LIMIT = 100
DEFAULT_LIMIT = 5
EMBEDDED_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Candidates:
    """All that the store found for a question, best first, and what the question was turned into."""

    question: str
    hits: Sequence[Fused]
    vector: Vectors | None
    embedder: str
    background: Background | None


@dataclass(frozen=True, slots=True)
class _Found:
    hit: Fused
    passage: Passage


def find_passages(
    *, question: str, reader: Reader, limit: int = DEFAULT_LIMIT, category: str | None = None
) -> SearchResult:
    """Return the `limit` best passages that the reader may see, the best first.

    Synchronous, and busy for as long as embedding the question takes: call it off the event loop and outside
    of any transaction. Raises EmbeddingsUnavailableError and StoreUnavailableError.
    """
    began = time.perf_counter()
    if reader.sees_nothing:
        return SearchResult((), NO_EVIDENCE, 0.0)
    candidates = find_candidates(question=question, reader=reader, category=category)
    with tenant_scope(reader.organization_id):
        found = _visible(candidates.hits, reader, max(limit, DEFAULT_LIMIT))
    # The judgement sees the same passages whatever the limit.
    evidence = weigh(_signals(candidates, found[:DEFAULT_LIMIT]), candidates.embedder)
    passages = _with_sentences(candidates, found[:limit])
    return SearchResult(passages, evidence, (time.perf_counter() - began) * 1000)


def find_candidates(*, question: str, reader: Reader, category: str | None = None) -> Candidates:
    """Return the fused hits of both legs; they are the store's word, not yet checked against the database."""
    embedder = get_embedder()
    vector = embedder.embed([_essence(question)], "query")[0] if embedder else None
    name = embedder.name if embedder else LEXICAL
    legs = get_store().search(
        StoreQuery(
            organization_id=reader.organization_id,
            tokens=search_tokens(question),
            vector=vector,
            embedder=name,
            audience=reader.audience,
            category=category,
            limit=LEG_LIMIT,
        )
    )
    return Candidates(question, fuse(legs.lexical, legs.dense), vector, name, legs.background)


def read_signals(candidates: Candidates, reader: Reader) -> Signals | None:
    """Return what `find_passages` judges the candidates by; None when the reader may see none of them."""
    with tenant_scope(reader.organization_id):
        return _signals(candidates, _visible(candidates.hits, reader, DEFAULT_LIMIT))


def warm() -> None:
    """Load the embedding model with its first pages and the store's client: the first question shall not
    wait for them.
    """
    get_store()
    embedder = get_embedder()
    if embedder is not None:
        embedder.embed(["שאלה"], "query")


def _essence(question: str) -> str:
    """Return both ends of a long question: embedding takes time by length, and pasted matter is in the
    middle.
    """
    if len(question) <= EMBEDDED_CHARACTERS:
        return question
    return f"{question[: EMBEDDED_CHARACTERS // 2]} {question[-EMBEDDED_CHARACTERS // 2 :]}"


def _visible(hits: Sequence[Fused], reader: Reader, limit: int) -> list[_Found]:
    """Join the hits to the database, in order, until `limit` different passages are found."""
    found: dict[str, _Found] = {}
    step = limit + 3
    for start in range(0, len(hits), step):
        some = hits[start : start + step]
        rows = selectors.passages_by_id(reader, [hit.passage_id for hit in some])
        for hit in some:
            if (passage := rows.get(hit.passage_id)) is not None:
                found.setdefault(passage.text_hash, _Found(hit, passage))
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _with_sentences(candidates: Candidates, found: Sequence[_Found]) -> tuple[FoundPassage, ...]:
    texts = [_quotable(item.passage, candidates.embedder) for item in found]
    sentences = score_sentences(candidates.question, candidates.vector, texts)
    return tuple(_found_passage(item, quotes) for item, quotes in zip(found, sentences, strict=True))


def _quotable(passage: Passage, embedder: str) -> QuotableText:
    quotes = quotes_of(passage.text, last_heading(passage.heading))
    vectors = None
    # Vectors of another embedder, or of sentences cut by other rules than today's, say nothing.
    is_current = passage.document.embedder == embedder and len(quotes) == len(passage.sentence_spans)
    if passage.sentence_embeddings and quotes and is_current:
        vectors = np.frombuffer(passage.sentence_embeddings, np.float32).reshape(len(quotes), -1)
    return QuotableText(passage.text, quotes, vectors)


def _found_passage(item: _Found, sentences: tuple[Sentence, ...]) -> FoundPassage:
    passage, document = item.passage, item.passage.document
    return FoundPassage(
        id=passage.id,
        document=DocumentRef(document.id, document.title, document.category),
        text=passage.text,
        page=passage.page,
        heading=passage.heading,
        score=item.hit.score,
        dense=item.hit.dense,
        sentences=sentences,
        ordinal=passage.ordinal,
    )


def _signals(candidates: Candidates, found: Sequence[_Found]) -> Signals | None:
    best = [
        Candidate(item.passage.document_id, item.hit.score, item.hit.dense, item.passage.search_text)
        for item in found
    ]
    return signals_of(candidates.question, best, candidates.background) if best else None
