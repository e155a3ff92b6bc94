"""Tickets for sockets: for the holder, once, for half a minute."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections

from accounts.access import actor_of
from accounts.errors import AccountInactiveError, SessionEndedError, TicketInvalidError
from accounts.models import User
from accounts.tickets import issue_ticket, redeem_ticket
from tests.conftest import ApiClientOf, BrowserOf

pytestmark = pytest.mark.django_db


def test_a_program_gets_a_ticket_that_admits_it(api: ApiClientOf, member: User) -> None:
    answer = api(member).post("/api/v1/ws-ticket")
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 30
    assert redeem_ticket(answer.json()["ticket"]) == actor_of(member)


def test_a_page_gets_one_too(browser: BrowserOf, member: User) -> None:
    assert browser(member).post("/api/v1/ws-ticket").status_code == 200


def test_nobody_gets_none(db: None, api: ApiClientOf) -> None:
    answer = api().post("/api/v1/ws-ticket")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_ticket_admits_once(member: User) -> None:
    ticket = issue_ticket(actor_of(member))
    redeem_ticket(ticket)
    with pytest.raises(TicketInvalidError):
        redeem_ticket(ticket)


@pytest.mark.django_db(transaction=True)
def test_of_eight_parallel_uses_one_succeeds(member: User) -> None:
    ticket = issue_ticket(actor_of(member))
    together = threading.Barrier(8)

    def use() -> bool:
        together.wait()
        try:
            redeem_ticket(ticket)
        except TicketInvalidError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(each.result() for each in [threads.submit(use) for _ in range(8)]) == 1


def test_a_ticket_expires(member: User) -> None:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as clock:
        ticket = issue_ticket(actor_of(member))
        clock.shift(timedelta(seconds=31))
        with pytest.raises(TicketInvalidError):
            redeem_ticket(ticket)


@pytest.mark.parametrize("ticket", ["", "x", "א" * 40, "\0", "x" * 10_000, "\ud800"])
def test_what_is_no_ticket_admits_nobody(ticket: str) -> None:
    with pytest.raises(TicketInvalidError):
        redeem_ticket(ticket)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"status": "deactivated"}, AccountInactiveError), ({"session_version": 2}, SessionEndedError)],
)
def test_a_ticket_is_as_good_as_the_account_is_now(
    member: User, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    ticket = issue_ticket(actor_of(member))
    User.directory.filter(pk=member.pk).update(**changes)
    with pytest.raises(refusal):
        redeem_ticket(ticket)
