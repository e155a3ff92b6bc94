"""What the search asks of a reranker: a model that reads the question and a passage together."""

from collections.abc import Sequence
from typing import Protocol

from config.kernel.errors import ServiceUnavailableError


class RerankerUnavailableError(ServiceUnavailableError):
    code = "reranker_unavailable"


class Reranker(Protocol):
    @property
    def name(self) -> str: ...

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return for each text how well it answers, the greater the better; of any range.

        Slow: never call it on the event loop or inside a transaction. Raises RerankerUnavailableError alone.
        """

    def is_healthy(self) -> bool:
        """Tell whether it reranks now, within about a second."""
