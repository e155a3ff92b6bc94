"""`manage.py relay_outbox`: until nothing is due, until it is told to end, and once more for the dead."""

import signal
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command

from config.kernel.outbox import relay, rows
from config.kernel.outbox.models import OutboxRow
from tests.outbox import sinks
from tests.outbox.conftest import happen, routes_received, row_of
from tests.outbox.sinks import ONE, TWO

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture
def own_signals() -> Iterator[None]:
    before = [signal.getsignal(number) for number in SIGNALS]
    yield
    for number, handler in zip(SIGNALS, before, strict=True):
        signal.signal(number, handler)


def run(*options: str) -> str:
    out = StringIO()
    call_command("relay_outbox", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_once_delivers_what_is_due_and_says_how_much(patient: None) -> None:
    sinks.actions[TWO] = sinks.refuse
    for _ in range(2):
        happen()
    assert run("--once") == "done: 2, failed: 2, dead: 0\n"
    assert run("--once") == "done: 0, failed: 0, dead: 0\n"


@pytest.mark.django_db
def test_dead_rows_are_tried_anew() -> None:
    happen()
    relay.relay()
    happen("test.one")
    last = OutboxRow.objects.filter(completed_at=None)
    last.update(dead_at=rows.database_now(), attempts=12, last_error="SinkDownError")
    assert run("--once") == "done: 0, failed: 0, dead: 0\n"
    sinks.received.clear()
    assert run("--replay-dead") == "replayed: 1\ndone: 1, failed: 0, dead: 0\n"
    assert routes_received() == [ONE]
    assert rows.dead_by_route() == {}


@pytest.mark.django_db
def test_a_row_that_fails_again_after_its_replay_has_all_its_attempts(patient: None) -> None:
    sinks.actions[ONE] = sinks.refuse
    happen("test.one")
    OutboxRow.objects.update(dead_at=rows.database_now(), attempts=12)
    assert run("--replay-dead") == "replayed: 1\ndone: 0, failed: 1, dead: 0\n"
    assert (row_of(ONE).attempts, row_of(ONE).dead_at) == (1, None)


@pytest.mark.parametrize("number", SIGNALS)
def test_it_serves_until_it_is_told_to_end(
    number: signal.Signals, own_signals: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def until_told(stop: threading.Event) -> None:
        seen.append(stop.is_set())
        signal.raise_signal(number)
        seen.append(stop.is_set())

    monkeypatch.setattr(relay, "run_relay", until_told)
    assert run() == "delivering\n"
    assert seen == [False, True]
