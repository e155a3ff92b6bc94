"""The bell rings once events are committed, and not for those that were taken back."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import transaction

from config.kernel.outbox import bell, resending
from tests.outbox.conftest import ORGANIZATION, happen
from tests.outbox.sinks import ONE

pytestmark = pytest.mark.django_db(transaction=True)


class TakenBackError(Exception):
    """Ends a transaction without a commit."""


@pytest.fixture
def rings() -> Iterator[list[bool]]:
    """Collect the rings, each with whether its transaction was still open."""
    heard: list[bool] = []
    stop = bell.listen(lambda: heard.append(transaction.get_connection().in_atomic_block))
    yield heard
    stop()


def test_it_rings_after_the_commit(rings: list[bool]) -> None:
    with transaction.atomic():
        happen()
        assert rings == []
    assert rings == [False]


def test_it_stays_silent_for_what_was_taken_back(rings: list[bool]) -> None:
    def change_then_mind() -> None:
        with transaction.atomic():
            happen()
            raise TakenBackError

    with pytest.raises(TakenBackError):
        change_then_mind()
    assert rings == []


def test_it_rings_for_what_is_sent_again(rings: list[bool]) -> None:
    with transaction.atomic():
        resending.resend("test.one", route=ONE, organization_id=ORGANIZATION, payloads=[{"id": str(uuid4())}])
    assert rings == [False]


def test_who_stopped_listening_hears_nothing() -> None:
    heard: list[int] = []
    bell.listen(lambda: heard.append(1))()
    happen()
    assert heard == []


def test_a_listener_that_fails_does_not_undo_the_change(rings: list[bool]) -> None:
    def fail() -> None:
        raise TakenBackError

    stop = bell.listen(fail)
    happen()
    stop()
    assert rings == [False]
