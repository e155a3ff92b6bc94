"""The shapes of sources and citations, the same on the socket, in REST, in SSE and after a reload."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from config.kernel.types import JSONObject
from conversations.types import CitationData
from retrieval.pages import page_at
from retrieval.types import FoundPassage, PageStart


def source_json(source: FoundPassage) -> JSONObject:
    """Return `{document: {id, title, category}, passage: {id, text, page}, score}`."""
    return {
        "document": {
            "id": str(source.document.id),
            "title": source.document.title,
            "category": source.document.category,
        },
        "passage": {"id": str(source.id), "text": source.text, "page": source.page},
        "score": round(source.score, 4),
    }


def stored_source(source: FoundPassage) -> JSONObject:
    """Return what the answer's row keeps: ids and titles, no text, so a revoked document leaves nothing
    behind."""
    return {
        "document_id": str(source.document.id),
        "title": source.document.title,
        "category": source.document.category,
        "passage_id": str(source.id),
        "page": source.page,
        "score": round(source.score, 4),
    }


def citations_json(
    citations: Iterable[CitationData], pages: Mapping[UUID, Sequence[PageStart]]
) -> list[JSONObject]:
    """Return `[{number, passage_id, document_id, quote, …}]` in order.

    `page` is that on which the quotation begins, None in a document without pages and where the passage is no
    more; `pages` are those of the passages by id.
    """
    return [
        {
            "number": citation.number,
            "passage_id": str(citation.passage_id),
            "document_id": str(citation.document_id),
            "document_title": citation.document_title,
            "quote": citation.quote,
            "start": citation.start,
            "end": citation.end,
            "page": page_at(pages.get(citation.passage_id, ()), citation.start),
        }
        for citation in citations
    ]
