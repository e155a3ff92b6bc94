"""What is said instead of an answer out of the documents, in the question's language."""

from django.utils.translation import gettext, override

from config.kernel.hebrew.direction import dominant_direction
from retrieval.types import SearchResult

NEAREST_DOCUMENTS = 3


def search_is_away(question: str) -> str:
    """Return the answer to a question for which nothing could be searched, in the question's language."""
    with override("he" if dominant_direction(question) == "rtl" else "en"):
        return gettext(
            "The documents cannot be searched at the moment, so the question was not answered. "
            "Please ask again in a few minutes."
        )


def refusal(question: str, found: SearchResult) -> str:
    """Return the honest answer when the documents do not hold one, with the nearest of them, in the
    question's language."""
    titles = list(dict.fromkeys(passage.document.title for passage in found.passages))[:NEAREST_DOCUMENTS]
    with override("he" if dominant_direction(question) == "rtl" else "en"):
        text = gettext("No clear answer was found in the organization's documents.")
        if titles:
            text += "\n\n" + gettext("The nearest documents:") + "".join(f"\n- {title}" for title in titles)
    return text


def cut_short(question: str) -> str:
    """Return what stands after an answer that was ended because it is as long as one may be."""
    with override("he" if dominant_direction(question) == "rtl" else "en"):
        return "\n\n" + gettext("The answer has reached its greatest length and was cut here.")


def without_sources(question: str) -> str:
    """Return what stands before an answer that a model writes out of itself, wherever that is read."""
    with override("he" if dominant_direction(question) == "rtl" else "en"):
        return (
            gettext("Without sources: this answer was not taken from the organization's documents.") + "\n\n"
        )
