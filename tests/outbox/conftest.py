"""An outbox of the tests' own: one event with two routes, and time that passes when it is told to."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import F

from config.kernel import outbox
from config.kernel.outbox import claims
from config.kernel.outbox.models import OutboxRow
from tests.outbox import sinks
from tests.outbox.sinks import ONE, TWO

ORGANIZATION = UUID(int=7)
PassTime = Callable[[float], None]


def happen(event: str = "test.happened", **payload: Any) -> None:
    with transaction.atomic():
        outbox.emit(event, organization_id=ORGANIZATION, payload=payload or {"id": str(uuid4())})


def row_of(route: str) -> OutboxRow:
    return OutboxRow.objects.get(route=route)


def routes_received() -> list[str]:
    return [route for route, _message in sinks.received]


@pytest.fixture(autouse=True)
def _routes(settings: Any) -> Iterator[None]:
    settings.OUTBOX_ROUTES = {"test.happened": [ONE, TWO], "test.one": [ONE], "test.two": [TWO]}
    yield
    sinks.received.clear()
    sinks.actions.clear()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every failed row wait for exactly five seconds."""
    monkeypatch.setattr(claims, "delay_seconds", lambda _attempts: 5.0)


@pytest.fixture
def pass_time() -> PassTime:
    """Return a function that moves every row so many seconds into the past; the clock is the database's."""

    def move(seconds: float) -> None:
        by = timedelta(seconds=seconds)
        OutboxRow.objects.update(
            available_at=F("available_at") - by,
            leased_until=F("leased_until") - by,
            created_at=F("created_at") - by,
            completed_at=F("completed_at") - by,
        )

    return move
