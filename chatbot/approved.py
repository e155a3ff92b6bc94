"""Questions that a manager has answered: the approved words are the whole answer, and marked as such."""

from collections.abc import AsyncGenerator

from chatbot.llm.port import Piece, Prompt
from config.kernel.types import JSONObject
from conversations.types import APPROVED, Approval, approval_source
from retrieval.approved import FoundAnswer

# After these a mark would become part of the block.
_BLOCKS = ("|", "```", "~~~")


class ApprovedWords:
    """Says an approved answer word for word; the marks of its documents stand at its end."""

    name = APPROVED
    continues = False

    def __init__(self, answer: FoundAnswer) -> None:
        self._answer = answer

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """Yield the answer and one mark for each passage of the prompt."""
        text = self._answer.answer
        yield Piece(text, verbatim=True)
        before = "\n\n" if text.rsplit("\n", 1)[-1].lstrip().startswith(_BLOCKS) else " "
        for number, passage in enumerate(prompt.passages, start=1):
            sentence = passage.sentences[0]
            yield Piece(f"{before}[{number}]", quotes=(sentence.start, sentence.end))
            before = ""

    async def is_healthy(self) -> bool:
        """Nothing is needed for it."""
        return True

    async def aclose(self) -> None:
        """Nothing is held."""


def prompt_of(answer: FoundAnswer) -> Prompt:
    """Return the request with the documents that the asker may open."""
    return Prompt(messages=(), question=answer.question, passages=answer.passages, max_tokens=0)


def approval_in(answer: FoundAnswer) -> Approval:
    """Return who answers for it."""
    return Approval(answer.approved_by, answer.approved_at)


def source_of(answer: FoundAnswer) -> JSONObject:
    """Return the approved answer as a source of the answer that repeats it."""
    return approval_source(answer.id, answer.question, approval_in(answer))
