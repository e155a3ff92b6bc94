"""What the turn asks of a language model, whoever serves it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import ServiceUnavailableError
from retrieval.types import FoundPassage


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request: the messages for a generating model, and the same passages as data for a quoting one.

    `meant` is the question as it was searched, with those that it goes on from.
    Passage number n of a marker `[n]` is `passages[n - 1]`. Where the last message is the assistant's, the
    answer goes on from there. With `is_whole` the passages are not what was found for the question, but what
    stands in the files that it is about, in order.
    """

    messages: tuple[ChatMessage, ...]
    question: str
    passages: tuple[FoundPassage, ...]
    max_tokens: int
    is_whole: bool = False
    meant: str = ""


@dataclass(frozen=True, slots=True)
class TokenCount:
    prompt: int = 0
    completion: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the answer. `verbatim` text is a quotation, in which brackets are no citation markers.

    `quotes` belongs to a marker whose writer knows what it stands for: start and end in the passage's text.
    The last piece carries the token count where the model reports one, and whether it `is_cut`: ended by the
    bound on tokens, with more to say.
    """

    text: str
    verbatim: bool = False
    quotes: tuple[int, int] | None = None
    tokens: TokenCount | None = None
    is_cut: bool = False


class ModelUnavailableError(ServiceUnavailableError):
    """The model could not be reached or refused."""

    code = "model_unavailable"
    message = _(
        "The language model is not available at the moment. The question was kept and can be asked again."
    )


class ModelTimeoutError(ModelUnavailableError):
    """The model did not answer within its time."""

    code = "model_timeout"
    message = _("The language model did not answer in time. The question was kept and can be asked again.")


class LanguageModel(Protocol):
    """A seam's adapter: a name for the record, and a stream that can be closed at any piece."""

    name: str
    continues: bool  # whether it can go on from an answer that was begun

    def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """Yield the answer piece by piece; closing the generator ends the model's work.

        Raises ModelUnavailableError and ModelTimeoutError, nothing of a vendor's.
        """
        ...

    async def is_healthy(self) -> bool:
        """Tell whether the model answers now, within about a second."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
