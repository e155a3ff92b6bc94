"""Telling one route again: for what was lost behind it."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils.timezone import now

from config.kernel.outbox import resending
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.rows import database_now
from config.kernel.types import JSONObject

ROUTE = "a.handler"
ORGANIZATION = UUID(int=1)


def again(*payloads: JSONObject, replaces: str = "") -> int:
    with transaction.atomic():
        return resending.resend(
            "thing.done", route=ROUTE, organization_id=ORGANIZATION, payloads=payloads, replaces=replaces
        )


def dead(payload: JSONObject, route: str = ROUTE) -> OutboxRow:
    return OutboxRow.objects.create(
        event="thing.done",
        route=route,
        organization_id=ORGANIZATION,
        payload=payload,
        created_at=now(),
        available_at=now(),
        dead_at=now(),
    )


def waiting(organization_id: UUID = ORGANIZATION) -> list[JSONObject]:
    return list(resending.waiting(routes=[ROUTE], organization_id=organization_id))


@pytest.mark.django_db(transaction=True)
def test_it_is_told_in_a_transaction_like_everything() -> None:
    with pytest.raises(RuntimeError):
        resending.resend("thing.done", route=ROUTE, organization_id=ORGANIZATION, payloads=[])


def test_every_payload_waits_on_the_one_route(db: None) -> None:
    assert again({"n": 1}, {"n": 2}) == 2
    assert waiting() == [{"n": 1}, {"n": 2}]
    assert set(OutboxRow.objects.values_list("event", "route")) == {("thing.done", ROUTE)}
    assert not OutboxRow.objects.filter(available_at__gt=database_now()).exists()


def test_dead_rows_over_the_same_thing_are_replaced(db: None) -> None:
    dead({"n": 1})
    others = [dead({"n": 2}), dead({"n": 1}, route="another.handler")]
    again({"n": 1}, replaces="n")
    assert set(OutboxRow.objects.exclude(dead_at=None)) == set(others)


def test_what_is_dead_done_or_of_others_does_not_wait(db: None) -> None:
    dead({"n": 1})
    again({"n": 2})
    assert OutboxRow.objects.filter(dead_at=None).update(completed_at=now()) == 1
    again({"n": 3})
    assert waiting() == [{"n": 3}]
    assert waiting(uuid4()) == []
