"""The search: question in, passages with their sentences and the weight of the evidence out.

The store finds candidates by words and by meaning (`find_candidates`); the database says which of them the
reader may see, and the best of those are scored again as a whole (`rank`).
"""

import gc
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from accounts.tenancy import tenant_scope
from config.kernel.hebrew.normalise import search_tokens, words
from retrieval import selectors, terms
from retrieval.attached import search_both
from retrieval.chunking import last_heading
from retrieval.embeddings import LEXICAL, get_embedder
from retrieval.embeddings.port import Embedder, Vectors
from retrieval.embeddings.questions import aimed, learn_questions
from retrieval.evidence import NO_EVIDENCE, Candidate, Signals, calibration_of, signals_of, weigh
from retrieval.glossary import everyday_names, expanded, other_names
from retrieval.models import Passage
from retrieval.ordering import Ranked, in_order, own_order, ranking_of, scores_of
from retrieval.other_language import compared_words, hebrew_beside, is_foreign, is_hebrew, searched_words
from retrieval.pages import pages_of
from retrieval.ranking import Fused
from retrieval.relevance import QuotableText, score_sentences
from retrieval.rescoring import features_of, sentence_vectors, weigh_features
from retrieval.sentences import quotes_of
from retrieval.types import DocumentRef, Evidence, FoundPassage, Ranking, Reader, SearchResult, Sentence
from retrieval.vectors import get_store
from retrieval.vectors.port import Background, StoreQuery

LEG_LIMIT = 100
DEFAULT_LIMIT = 5
EMBEDDED_CHARACTERS = 1000
# So many of the candidates are scored again; what comes behind them keeps the order of the fused legs.
RESCORED = 60


@dataclass(frozen=True, slots=True)
class Candidates:
    """All that the store found for a question, best first, and what the question was turned into.

    `asked` is what was asked; `question` has the names too that the glossary has for what it names;
    `wording` has the everyday names as well, and is what is searched for by words; `other_names` are all that
    were added.
    `vector` is the question's own part (`embeddings.questions`), None where nothing embeds;
    `conversation_id` names the conversation whose files were searched as well.
    """

    asked: str
    question: str
    wording: str
    other_names: Sequence[str]
    hits: Sequence[Fused]
    vector: Vectors | None
    embedder: str
    background: Background | None
    conversation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A search with its reasons: what was searched for, what was found, and how it was judged."""

    asked: Sequence[str]
    other_names: Sequence[str]
    found: Sequence[Ranked]
    signals: Signals | None
    evidence: Evidence
    answered_from: float
    ranking: Ranking | None


def find_passages(
    *,
    question: str,
    reader: Reader,
    limit: int = DEFAULT_LIMIT,
    category: str | None = None,
    conversation_id: UUID | None = None,
) -> SearchResult:
    """Return the `limit` best passages that the reader may see, the best first; in a conversation also those
    of the reader's files there.

    Synchronous, and busy for as long as embedding the question takes: call it off the event loop and outside
    of any transaction. Raises EmbeddingsUnavailableError and StoreUnavailableError.
    """
    began = time.perf_counter()
    if reader.sees_nothing:
        return SearchResult((), NO_EVIDENCE, 0.0)
    candidates = find_candidates(
        question=question, reader=reader, category=category, conversation_id=conversation_id
    )
    ranked = rank(candidates, reader, limit)
    evidence = weigh(signals(candidates, ranked), candidates.embedder)
    passages = _with_sentences(candidates, ranked, limit)
    took_ms = (time.perf_counter() - began) * 1000
    return SearchResult(passages, evidence, took_ms, ranking_of(ranked))


def explain(*, question: str, reader: Reader, limit: int = 10) -> Explanation:
    """Return what a search finds and why, for somebody who looks after the documents."""
    candidates = find_candidates(question=question, reader=reader)
    ranked = rank(candidates, reader, limit)
    judged = signals(candidates, ranked)
    return Explanation(
        asked=_compared(candidates, [one.passage for one in ranked]),
        other_names=candidates.other_names,
        found=ranked[:limit],
        signals=judged,
        evidence=weigh(judged, candidates.embedder),
        answered_from=calibration_of(candidates.embedder).answer_from,
        ranking=ranking_of(ranked),
    )


def find_candidates(
    *, question: str, reader: Reader, category: str | None = None, conversation_id: UUID | None = None
) -> Candidates:
    """Return the fused hits of both legs; they are the store's word, not yet checked against the database."""
    asked = question
    with tenant_scope(reader.organization_id):
        names, place = other_names(question), _with_files(reader, conversation_id)
    question = expanded(question, names)
    # By words alone: an embedder knows the everyday names, more words only blur what it makes of the rest.
    everyday = everyday_names(question)
    wording, embedder = expanded(question, everyday), get_embedder()
    vector = _embedded(embedder, question) if embedder else None
    query = StoreQuery(
        organization_id=reader.organization_id,
        tokens=search_tokens(" ".join(searched_words(asked, wording))),
        vector=_unit(vector),
        embedder=embedder.name if embedder else LEXICAL,
        audience=reader.audience,
        category=category,
        limit=LEG_LIMIT,
    )
    hits, background = search_both(get_store(), query, place)
    added = [*names, *everyday]
    return Candidates(asked, question, wording, added, hits, vector, query.embedder, background, place)


def _unit(vector: Vectors | None) -> Vectors | None:
    return None if vector is None else vector / max(float(np.linalg.norm(vector)), 1e-9)


def _with_files(reader: Reader, conversation_id: UUID | None) -> UUID | None:
    """Return the conversation where the reader has files there that can be searched."""
    if conversation_id is None or not selectors.has_indexed_files(reader, conversation_id):
        return None
    return conversation_id


def rank(candidates: Candidates, reader: Reader, limit: int = DEFAULT_LIMIT) -> list[Ranked]:
    """Return the best candidates that the reader may see, scored as a whole, different texts only, best
    first; at least `limit` of them where there are so many.
    """
    with tenant_scope(reader.organization_id):
        found = visible(candidates, reader, limit)
        if not is_foreign(candidates.asked):
            _told_in_hebrew([passage for _hit, passage in found])
        features = features_of(
            _compared(candidates, [passage for _hit, passage in found]),
            candidates.vector,
            [passage for _hit, passage in found],
            terms.statistics(),
            embedder=candidates.embedder,
        )
    ranked = [
        Ranked(passage, hit, each, weigh_features(each, candidates.embedder))
        for (hit, passage), each in zip(found, features, strict=True)
    ]
    return in_order(candidates.question, ranked, limit)


def _told_in_hebrew(passages: Iterable[Passage]) -> None:
    """Give passages in English the Hebrew words for theirs, to compare a Hebrew question with."""
    for passage in passages:
        if not is_hebrew(words(passage.text)):
            passage.search_text = f"{passage.search_text} {hebrew_beside(passage.text)}"


def _compared(candidates: Candidates, passages: Iterable[Passage]) -> list[str]:
    texts = (passage.search_text for passage in passages)
    return compared_words(candidates.asked, candidates.wording, texts)


def signals(candidates: Candidates, ranked: Sequence[Ranked]) -> Signals | None:
    """Return what the evidence is judged by; None where nothing was found. The judgement is the same
    whatever the limit.
    """
    own = 1.0 if candidates.vector is None else max(float(np.linalg.norm(candidates.vector)), 1e-9)
    best = [
        Candidate(
            document_id=one.passage.document_id,
            odds=one.odds,
            cosine=one.hit.dense,
            sentence=one.features.sentence / own,
            search_text=one.passage.search_text,
            is_hebrew=is_hebrew(words(one.passage.text)),
        )
        for one in own_order(ranked, DEFAULT_LIMIT)[:DEFAULT_LIMIT]
    ]
    # The names that the glossary adds are Hebrew ones: they do not make a question in English a Hebrew one.
    question = candidates.asked if is_foreign(candidates.asked) else candidates.question
    return signals_of(question, best, candidates.background, own) if best else None


def warm() -> None:
    """Load the embedding model with its first pages and the store's client: the first question shall not
    wait for them. Once for the process, at its start.

    What a process has loaded by then stays to its end, and whoever searches for garbage need not walk through
    it again: that took one search in fifty some 200 ms of the processor more.
    """
    get_store()
    embedder = get_embedder()
    if embedder is not None:
        learn_questions(embedder)
    gc.freeze()


def _embedded(embedder: Embedder, question: str) -> Vectors:
    vector: Vectors = embedder.embed([_essence(question)], "query")[0]
    return aimed(embedder, question, vector)


def _essence(question: str) -> str:
    """Return both ends of a long question: embedding takes time by length, and pasted matter is in the
    middle.
    """
    if len(question) <= EMBEDDED_CHARACTERS:
        return question
    return f"{question[: EMBEDDED_CHARACTERS // 2]} {question[-EMBEDDED_CHARACTERS // 2 :]}"


def visible(candidates: Candidates, reader: Reader, limit: int) -> list[tuple[Fused, Passage]]:
    """Join the hits to the database, in order, until enough different passages are found."""
    found: dict[str, tuple[Fused, Passage]] = {}
    step = max(RESCORED, limit)
    for start in range(0, len(candidates.hits), step):
        some = candidates.hits[start : start + step]
        ids = [hit.passage_id for hit in some]
        rows = selectors.passages_by_id(reader, ids, candidates.conversation_id)
        for hit in some:
            if (passage := rows.get(hit.passage_id)) is not None:
                found.setdefault(passage.text_hash, (hit, passage))
        if len(found) >= limit:
            break
    return list(found.values())


def _with_sentences(candidates: Candidates, ranked: Sequence[Ranked], limit: int) -> tuple[FoundPassage, ...]:
    scores = scores_of(ranked)
    texts = [_quotable(one.passage, candidates.embedder) for one in ranked[:limit]]
    sentences = score_sentences(candidates.question, candidates.vector, texts)
    return tuple(
        _found_passage(one, score, quotes)
        for one, score, quotes in zip(ranked, scores, sentences, strict=False)
    )


def _quotable(passage: Passage, embedder: str) -> QuotableText:
    quotes = quotes_of(passage.text, last_heading(passage.heading))
    vectors = sentence_vectors(passage, embedder)
    # Vectors of sentences that were cut by other rules than today's say nothing.
    is_current = vectors is not None and len(quotes) == len(vectors)
    return QuotableText(passage.text, quotes, vectors if is_current else None)


def _found_passage(one: Ranked, score: float, sentences: tuple[Sentence, ...]) -> FoundPassage:
    passage, document = one.passage, one.passage.document
    return FoundPassage(
        id=passage.id,
        document=DocumentRef(document.id, document.title, document.category),
        text=passage.text,
        page=passage.page,
        heading=passage.heading,
        score=score,
        dense=one.hit.dense,
        sentences=sentences,
        ordinal=passage.ordinal,
        pages=pages_of(passage),
    )
