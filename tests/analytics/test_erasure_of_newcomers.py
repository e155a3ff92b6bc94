"""A person who waits to be let in can be erased, too: whoever was told of that is told no more."""

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.services.registration import NewAccount, register
from analytics.erasing import ask_for_erasure
from tests.analytics.test_erasure import CANARY, REASON, carry_on, erasure_of, stores, tables_with

__all__ = ["stores"]

pytestmark = pytest.mark.django_db


def test_managers_who_were_told_of_the_person_are_told_no_more(manager: User) -> None:
    newcomer = NewAccount(f"{CANARY}-new", f"{CANARY}@example.test", "Tapuach-42-Etz")
    joined = register(account=newcomer, organization=manager.organization.name)
    carry_on()
    ask_for_erasure(actor=actor_of(manager), person_id=joined.pk, reason=REASON)
    carry_on()
    assert erasure_of(joined).completed_at is not None
    assert tables_with(CANARY) == set()
