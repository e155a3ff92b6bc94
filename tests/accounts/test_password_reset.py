"""Choosing a new password by mail: once, in time, and without telling who has an account."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connections

from accounts.access import actor_of
from accounts.errors import ResetInvalidError
from accounts.models import User
from accounts.services.passwords import reset_credentials, reset_password
from accounts.services.refresh import issue_tokens
from accounts.types import AccountStatus
from config.kernel.outbox import relay
from tests.builders import PASSWORD, make_user
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db
NEW = "סיסמה חדשה לגמרי"


def ask(api: ApiClientOf, email: Any, **extra: Any) -> Any:
    return api().post("/api/v1/password/reset", {"email": email}, format="json", **extra)


def confirm(api: ApiClientOf, uid: Any, token: Any, new: Any = NEW) -> Any:
    body = {"uid": uid, "token": token, "new_password": new}
    return api().post("/api/v1/password/reset/confirm", body, format="json")


def mailed_link() -> tuple[str, str]:
    """Return uid and token of the link in the last mail."""
    found = re.search(r"/accounts/password-reset/([^/]+)/([^/]+)/", str(mail.outbox[-1].body))
    assert found is not None
    return found[1], found[2]


def test_a_link_arrives_and_works_once(api: ApiClientOf, member: User) -> None:
    assert ask(api, "Dana@Example.test").status_code == 202
    relay.relay(limit=10)
    assert [message.to for message in mail.outbox] == [["dana@example.test"]]
    uid, token = mailed_link()
    refresh = issue_tokens(actor=actor_of(member)).refresh
    assert confirm(api, uid, token).status_code == 204
    login = {"username": "dana", "password": NEW}
    assert api().post("/login", login, format="json").status_code == 200
    assert api().post("/api/v1/refresh", {"refresh": refresh}, format="json").status_code == 401
    again = confirm(api, uid, token)
    assert (again.status_code, again.json()["code"]) == (400, "reset_invalid")


def test_known_and_unknown_addresses_get_the_same_answer(api: ApiClientOf, member: User) -> None:
    known, unknown = ask(api, "dana@example.test"), ask(api, "nobody@example.test")
    assert known.status_code == unknown.status_code == 202
    assert known.content == unknown.content
    relay.relay(limit=10)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("language", "word"), [("he", "סיסמה"), ("en", "password")])
def test_the_mail_speaks_the_persons_language(api: ApiClientOf, language: str, word: str) -> None:
    make_user("lea", language=language)
    ask(api, "lea@example.test", headers={"Accept-Language": "he"})
    relay.relay(limit=10)
    assert word in mail.outbox[0].subject
    assert "http://testserver/accounts/password-reset/" in str(mail.outbox[0].body)


def test_everybody_at_an_address_gets_a_link_but_the_deactivated(api: ApiClientOf) -> None:
    for status in AccountStatus:
        make_user(f"person-{status}", email="shared@example.test", status=status)
    ask(api, "shared@example.test")
    relay.relay(limit=10)
    written = "".join(str(message.body) for message in mail.outbox)
    assert {status for status in AccountStatus if f"person-{status}" in written} == {"active", "pending"}


CHANGES: dict[str, dict[str, Any]] = {
    "another password": {"password": "x", "session_version": 2},
    "another address": {"email": "other@example.test"},
    "a deactivation": {"status": "deactivated"},
}


@pytest.mark.parametrize("change", [*CHANGES, "an hour"])
def test_a_link_is_worthless_after(api: ApiClientOf, member: User, change: str) -> None:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as clock:
        uid, token = reset_credentials(member)
        if change == "an hour":
            clock.shift(timedelta(seconds=3601))
        else:
            User.directory.filter(pk=member.pk).update(**CHANGES[change])
        answer = confirm(api, uid, token)
    assert (answer.status_code, answer.json()["code"]) == (400, "reset_invalid")


def test_somebody_elses_link_is_worthless(api: ApiClientOf, member: User, outsider: User) -> None:
    uid, _token = reset_credentials(member)
    _uid, token = reset_credentials(outsider)
    assert confirm(api, uid, token).json()["code"] == "reset_invalid"


@pytest.mark.django_db(transaction=True)
def test_of_parallel_uses_of_a_link_one_counts(member: User) -> None:
    uid, token = reset_credentials(member)
    together = threading.Barrier(4)

    def use(number: int) -> bool:
        together.wait()
        try:
            reset_password(uid=uid, token=token, new=f"{NEW} {number}")
        except ResetInvalidError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(each.result() for each in [threads.submit(use, n) for n in range(4)]) == 1


@pytest.mark.parametrize("uid", ["", "x", "!!!", "א", "AAAA", "x" * 5000, None, 5, ["a"]])
@pytest.mark.parametrize("token", ["abc-def", "", None])
def test_what_is_no_link_is_refused(db: None, api: ApiClientOf, uid: Any, token: Any) -> None:
    answer = confirm(api, uid, token)
    assert answer.status_code == 400
    assert answer.json()["code"] in {"reset_invalid", "invalid_input"}


def test_a_weak_password_leaves_the_link_good(api: ApiClientOf, member: User) -> None:
    uid, token = reset_credentials(member)
    refused = confirm(api, uid, token, "password")
    assert (refused.status_code, refused.json()["code"]) == (400, "password_weak")
    assert confirm(api, uid, token).status_code == 204


@pytest.mark.parametrize("email", ["", "nobody", "a\0@example.test", 5, None, ["a@example.test"]])
def test_what_is_no_address_is_bad_input(db: None, api: ApiClientOf, email: Any) -> None:
    answer = ask(api, email)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_asking_is_limited_by_address(db: None, api: ApiClientOf, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "reset_address": (2, 60)}
    assert [ask(api, "a@example.test").status_code for _ in range(3)] == [202, 202, 429]


def test_the_old_password_works_until_the_new_one_is_chosen(api: ApiClientOf, member: User) -> None:
    ask(api, "dana@example.test")
    login = {"username": "dana", "password": PASSWORD}
    assert api().post("/login", login, format="json").status_code == 200
