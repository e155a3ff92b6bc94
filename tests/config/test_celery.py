"""Celery carries wake-ups as JSON, acknowledges after the work, and does what the embedded loops do."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ContentDisallowed, OperationalError
from kombu.serialization import dumps, loads, prepare_accept_content
from redis.exceptions import ConnectionError as RedisConnectionError

from config import broker, tasks, waking, work
from config.background import CHORES
from config.celery import app
from config.waking import APART_SECONDS, KNOCK_SECONDS, BrokerWatch, WorkerBell


@pytest.fixture(autouse=True)
def _no_loop_for_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is no worker: what it begins would go on beside the other tests."""
    monkeypatch.setattr(tasks, "_tell_from_here", lambda: None)


@pytest.fixture(autouse=True)
def _a_broker_that_is_there() -> Iterator[None]:
    waking.broker_circuit.reset()
    yield
    waking.broker_circuit.reset()


def test_messages_are_json_and_acknowledged_after_the_work() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None


def test_a_message_that_would_run_code_is_refused() -> None:
    class Deed:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("executed",)

    content_type, encoding, body = dumps(Deed(), serializer="pickle")
    accepted = prepare_accept_content(app.conf.accept_content)
    with pytest.raises(ContentDisallowed):
        loads(body, content_type, encoding, accept=accepted)


def test_every_task_ends() -> None:
    app.loader.import_default_modules()
    own = [task for name, task in app.tasks.items() if name.startswith("config.")]
    assert len(own) == 5
    for task in own:
        soft = task.soft_time_limit or app.conf.task_soft_time_limit
        hard = task.time_limit or app.conf.task_time_limit
        assert (
            0 < soft < hard < 3600
        )  # the broker gives a message that nobody acknowledged to another by then


def test_beat_sends_what_the_embedded_loops_do() -> None:
    sent = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert sent == {
        "config.relay_outbox",
        "config.deliver_webhooks",
        "config.reap_answers",
        "config.begin_digests",
        "config.tidy",
    }
    assert len(sent) == len(CHORES)


def test_what_beat_sends_does_not_wait_for_ever() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= max(5, entry["schedule"])


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_the_relay_goes_on_until_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    amounts: list[Any] = [20, 5, 0]
    monkeypatch.setattr(work, "relay_outbox", lambda: amounts.pop(0))
    tasks.relay_outbox()
    assert amounts == []


def test_the_relay_leaves_a_backlog_to_the_next_task_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    amounts = [20, 20]
    monkeypatch.setattr(work, "relay_outbox", amounts.pop)
    monkeypatch.setattr(tasks, "RELAY_SECONDS", 0)
    tasks.relay_outbox()
    assert amounts == [20]


def test_many_commits_at_once_are_one_message() -> None:
    sent, present = [], [100.0]
    bell = WorkerBell(lambda: sent.append(present[0]), clock=lambda: present[0])
    for _ in range(5):
        bell()
    present[0] += APART_SECONDS
    bell()
    assert sent == [100.0, 100.0 + APART_SECONDS]


def test_a_broker_that_is_away_holds_nobody_up() -> None:
    asked, present = [], [100.0]

    def away() -> None:
        asked.append(present[0])
        raise OperationalError

    bell = WorkerBell(away, clock=lambda: present[0])
    for _ in range(5):
        bell()
        present[0] += APART_SECONDS
    assert asked == [100.0]  # the others are spared the waiting


def test_a_closed_channel_is_a_lost_connection_which_a_worker_outlives() -> None:
    for scheme in ("redis", "rediss"):
        assert Connection(f"{scheme}://localhost").get_transport_cls() is broker.Transport
    closed: Any = broker.Channel.__new__(broker.Channel)
    closed.connection = SimpleNamespace(client=None)
    with pytest.raises(RedisConnectionError):
        closed._connparams(asynchronous=False)
    assert issubclass(RedisConnectionError, Connection("redis://localhost").connection_errors)


def test_that_the_broker_is_away_is_noticed_where_nothing_is_committed() -> None:
    now, knocks = [0.0], []

    def knock() -> None:
        knocks.append(now[0])
        ring = WorkerBell(away, clock=lambda: now[0])
        ring()

    def away() -> None:
        raise OperationalError

    watch = BrokerWatch(knock, clock=lambda: now[0])
    assert watch.is_away()
    assert watch.is_away()
    assert knocks == [0.0]
    waking.broker_circuit.reset()
    assert not watch.is_away()
    now[0] += KNOCK_SECONDS
    assert watch.is_away()
    assert len(knocks) == 2
