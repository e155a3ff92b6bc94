"""From a document's text to its passages with their vectors: the slow part of indexing, without the
database.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from config.kernel.hebrew.normalise import search_text
from retrieval.chunking import HEADING_JOIN, Chunk, last_heading, split_document
from retrieval.embeddings.port import Embedder
from retrieval.extract.types import Progress
from retrieval.models import Passage
from retrieval.sentences import quotes_of, sentence_spans

_HEADING_LENGTH = 500
_RULES = re.compile(r"^[ \t|:-]*-{3,}[ \t|:-]*$", re.MULTILINE)
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|[-*•])[ \t]+|[*_`|#>]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be indexed: one version of a document's title and text."""

    organization_id: UUID
    document_id: UUID
    title: str
    content: str
    page_starts: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page, from 1, that the character stands on; None without pages."""
        return bisect_right(self.page_starts, offset) or None


def make_passages(
    source: Source,
    before: Iterable[Passage],
    embedder: Embedder | None,
    *,
    with_sentences: bool,
    progress: Progress,
) -> list[Passage]:
    """Return the unsaved passages of the source; none for a text without words.

    A passage whose text stood in `before` keeps its id, so that citations still open; one of which nothing
    changed keeps its vectors as well. `before` must hold vectors of this embedder, or none. `progress` is
    told before each passage is embedded, and may raise.
    """
    known: dict[str, list[Passage]] = {}
    for passage in before:
        known.setdefault(passage.text_hash, []).append(passage)
    passages = []
    for ordinal, chunk in enumerate(split_document(source.content)):
        passage = _passage(source, ordinal, chunk)
        if same_text := known.get(passage.text_hash):
            _inherit(passage, same_text.pop(0))
        passages.append(passage)
    if embedder is not None:
        for done, passage in enumerate(passages):
            progress(done, len(passages))
            _embed(source, passage, embedder, with_sentences=with_sentences)
    return passages


def plain(text: str) -> str:
    """Return Markdown as the words it shows: what an embedder should read."""
    return " ".join(_MARKS.sub(" ", _RULES.sub(" ", text)).split())


def _passage(source: Source, ordinal: int, chunk: Chunk) -> Passage:
    names = [name for name in chunk.heading.split(HEADING_JOIN) if name and name != source.title]
    heading = HEADING_JOIN.join(names)[:_HEADING_LENGTH]
    return Passage(
        organization_id=source.organization_id,
        document_id=source.document_id,
        ordinal=ordinal,
        heading=heading,
        page=source.page_at(chunk.start),
        text=chunk.text,
        start=chunk.start,
        end=chunk.end,
        search_text=search_text(f"{source.title}\n{heading}\n{chunk.text}"),
        text_hash=hashlib.sha256(chunk.text.encode()).hexdigest(),
        sentence_spans=[list(span) for span in sentence_spans(chunk.text)],
    )


def _inherit(passage: Passage, before: Passage) -> None:
    passage.id = before.id
    if passage.search_text == before.search_text and passage.sentence_spans == before.sentence_spans:
        passage.embedding = before.embedding
        passage.sentence_embeddings = before.sentence_embeddings


def _embed(source: Source, passage: Passage, embedder: Embedder, *, with_sentences: bool) -> None:
    if passage.embedding is None:
        parts = (source.title, passage.heading.replace(HEADING_JOIN, ", "), plain(passage.text))
        text = ". ".join(part for part in parts if part)
        passage.embedding = embedder.embed([text], "passage")[0].tobytes()
    if with_sentences and passage.sentence_embeddings is None:
        quotes = quotes_of(passage.text, last_heading(passage.heading))
        sentences = [plain(quote.spoken) for quote in quotes]
        passage.sentence_embeddings = embedder.embed(sentences, "passage").tobytes()
