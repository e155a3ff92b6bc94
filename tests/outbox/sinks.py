"""Sinks of the tests: each notes what it is given, then does what the test has told it to."""

from collections.abc import Callable

from config.kernel.outbox import OutboxMessage

Action = Callable[[OutboxMessage], object]
ONE, TWO, GONE = "tests.outbox.sinks.one", "tests.outbox.sinks.two", "tests.outbox.sinks.gone"
received: list[tuple[str, OutboxMessage]] = []
actions: dict[str, Action] = {}


class SinkDownError(RuntimeError):
    """What a sink raises that cannot be reached."""


def one(message: OutboxMessage) -> None:
    _take(ONE, message)


def two(message: OutboxMessage) -> None:
    _take(TWO, message)


def refuse(_message: OutboxMessage) -> None:
    raise SinkDownError("the words of the question")


def _take(route: str, message: OutboxMessage) -> None:
    received.append((route, message))
    actions.get(route, _nothing)(message)


def _nothing(_message: OutboxMessage) -> None:
    """Succeed."""
