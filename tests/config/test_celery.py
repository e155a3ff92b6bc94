"""Celery carries ids as JSON, acknowledges after the work, and does what the embedded loops do."""

from typing import Any

import pytest

from config import tasks, work
from config.background import CHORES
from config.celery import app


def test_messages_are_json_and_acknowledged_after_the_work() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_acks_late
    assert app.conf.task_ignore_result


def test_beat_sends_what_the_embedded_loops_do() -> None:
    sent = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert sent == {"config.relay_outbox", "config.reap_answers", "config.tidy"}
    assert len(sent) == len(CHORES)


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_the_relay_goes_on_until_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    amounts: list[Any] = [20, 5, 0]
    monkeypatch.setattr(work, "relay_outbox", lambda: amounts.pop(0))
    tasks.relay_outbox()
    assert amounts == []
