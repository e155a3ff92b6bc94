"""What a rule about a production installation is, and how Django's system checks come to hold it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must not be so in production.

    `find` returns what is wrong, by name; nothing when all is well. `sentence` says what is wrong with `{}`,
    and `hint` what to do. An `E` number stops the start, a `W` number is told by `check --deploy`.
    """

    number: str
    sentence: str
    hint: str
    find: Callable[[], Iterable[str]]

    @property
    def id(self) -> str:
        return f"config.{self.number}"

    @property
    def level(self) -> Literal["error", "warning"]:
        return "error" if self.number.startswith("E") else "warning"

    def messages(self) -> list[CheckMessage]:
        """Return a message for each thing that is wrong."""
        kind = Error if self.level == "error" else Warning
        return [kind(self.sentence.format(name), hint=self.hint, id=self.id) for name in self.find()]


def hold(rules: Sequence[Rule]) -> None:
    """Register the rules with Django: errors always, warnings for `check --deploy`."""

    def errors(app_configs: object, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
        return _found(rules, "error")

    def warnings(app_configs: object, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
        return _found(rules, "warning")

    register(errors, "config", Tags.security)
    register(warnings, "config", Tags.security, deploy=True)


def _found(rules: Sequence[Rule], level: str) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    return [message for rule in rules if rule.level == level for message in rule.messages()]


def when(*, name: str, wrong: Callable[[], bool]) -> Callable[[], list[str]]:
    """Return a `find` for one thing that is either wrong or not."""
    return lambda: [name] if wrong() else []
