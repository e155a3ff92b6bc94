"""Questions that a manager has answered: the approved words are the whole answer, and marked as such."""

from collections.abc import AsyncGenerator

from chatbot.llm.port import Piece, Prompt
from config.kernel.hebrew.normalise import words
from retrieval.matching import Asked, asked, coverage, keys_of
from retrieval.types import FoundPassage, SearchResult

APPROVED = "approved"


class Approved:
    """Writes the one passage of its prompt, verbatim and whole, with its citation."""

    name = APPROVED

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        text = prompt.passages[0].text
        yield Piece(text, verbatim=True)
        yield Piece(" [1]", quotes=(0, len(text)))

    async def is_healthy(self) -> bool:
        return True

    async def aclose(self) -> None:
        return None


def approved_passage(question: str, found: SearchResult) -> FoundPassage | None:
    """Return the approved answer to this very question among what was found."""
    for passage in found.passages:
        if passage.document.is_approved_answer and _asks_the_same(question, passage.document.title):
            return passage
    return None


def prompt_of(question: str, passage: FoundPassage) -> Prompt:
    return Prompt(messages=(), question=question, passages=(passage,), max_tokens=0)


def _asks_the_same(question: str, title: str) -> bool:
    """Tell whether one of the title's questions has the words of the question, in any form, and no others."""
    ways = [way for way in title.split("?") if words(way)]
    return any(_is_held(asked(question), way) and _is_held(asked(way), question) for way in ways)


def _is_held(words_asked: list[Asked], text: str) -> bool:
    return bool(words_asked) and coverage(words_asked, keys_of(text)) == 1.0
