"""Would a question be answered now? Searched and weighed as in a turn, and nothing is written."""

from chatbot.confidence import is_borne_out
from retrieval.approved import find_approved
from retrieval.search import find_passages
from retrieval.types import Reader, SearchResult


def is_answered(question: str, found: SearchResult) -> bool:
    """Tell whether what was found answers the question. Busy for some milliseconds."""
    return found.evidence.answerable and is_borne_out(question, found)


def would_be_answered(*, question: str, reader: Reader) -> bool:
    """Tell whether that reader would get an answer: an approved one, or one from the documents.

    Slow: it embeds and searches. Raises EmbeddingsUnavailableError and StoreUnavailableError.
    """
    if find_approved(question=question, reader=reader) is not None:
        return True
    return is_answered(question, find_passages(question=question, reader=reader))
