"""Why an answer is as sure as it sounds: what is kept beside its confidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from config.kernel.types import JSONObject

WITHOUT_SOURCES = "without_sources"  # a model wrote the answer out of itself


@dataclass(frozen=True, slots=True)
class Grounds:
    """`support` is the share of what the answer says that its sources bear out, None where nothing was
    compared; `reasons` are codes, the weightiest first (docs/answers.md has them).
    """

    support: float | None = None
    reasons: tuple[str, ...] = ()

    def as_json(self) -> JSONObject:
        """Return what a row keeps; nothing of no grounds."""
        kept: JSONObject = {} if self.support is None else {"support": round(self.support, 4)}
        return {**kept, "reasons": [*self.reasons]} if self.reasons else kept

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Return what `as_json` has kept."""
        return cls(kept.get("support"), tuple(kept.get("reasons", ())))


NO_GROUNDS = Grounds()
