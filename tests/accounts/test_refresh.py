"""Refresh tokens: good for one use, in families that end as a whole."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.errors import RefreshReusedError
from accounts.models import RefreshToken, User
from accounts.secrecy import token_after
from accounts.services.members import deactivate_member
from accounts.services.refresh import GRACE, Tokens, issue_tokens, rotate_tokens
from accounts.tenancy import tenant_scope
from tests.conftest import ApiClientOf


@pytest.fixture
def tokens(member: User) -> Tokens:
    return issue_tokens(actor=actor_of(member))


def post(api: ApiClientOf, refresh: Any, path: str = "/api/v1/refresh") -> Any:
    return api().post(path, {"refresh": refresh}, format="json")


def test_a_refresh_token_gives_new_tokens(api: ApiClientOf, tokens: Tokens) -> None:
    answer = post(api, tokens.refresh)
    assert answer.status_code == 200
    body = answer.json()
    assert body["refresh"] != tokens.refresh
    assert (body["access_token"], body["token_type"]) == (body["access"], "bearer")
    assert APIClient(HTTP_AUTHORIZATION=f"Bearer {body['access']}").get("/api/v1/profile").status_code == 200
    assert post(api, body["refresh"]).status_code == 200


def some_time_later(person: User) -> None:
    """Let the moments pass in which a second tab gets what the first one got."""
    with tenant_scope(person.organization_id):
        used = RefreshToken.objects.exclude(consumed_at=None)
        used.update(consumed_at=timezone.now() - GRACE - timedelta(seconds=1))


def test_a_second_use_ends_the_family(api: ApiClientOf, tokens: Tokens, member: User) -> None:
    successor = post(api, tokens.refresh).json()["refresh"]
    some_time_later(member)
    again = post(api, tokens.refresh)
    assert (again.status_code, again.json()["code"]) == (401, "refresh_reused")
    ended = post(api, successor)
    assert (ended.status_code, ended.json()["code"]) == (401, "refresh_invalid")


def test_a_second_tab_gets_the_same_successor(api: ApiClientOf, tokens: Tokens, member: User) -> None:
    first, second = (post(api, tokens.refresh) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["refresh"] == second.json()["refresh"]
    with tenant_scope(member.organization_id):
        assert RefreshToken.objects.filter(consumed_at=None, revoked_at=None).count() == 1
    assert post(api, second.json()["refresh"]).status_code == 200


def test_once_the_successor_is_used_its_token_is_a_stolen_one(api: ApiClientOf, tokens: Tokens) -> None:
    successor = post(api, tokens.refresh).json()["refresh"]
    newest = post(api, successor).json()["refresh"]
    assert post(api, tokens.refresh).json()["code"] == "refresh_reused"
    assert post(api, newest).json()["code"] == "refresh_invalid"


def test_signed_out_is_signed_out_for_the_second_tab_too(api: ApiClientOf, tokens: Tokens) -> None:
    successor = post(api, tokens.refresh).json()["refresh"]
    post(api, successor, "/api/v1/logout")
    assert post(api, tokens.refresh).status_code == 401


def test_successors_are_told_by_our_key_alone(tokens: Tokens, settings: Any) -> None:
    ours = token_after(tokens.refresh)
    settings.SIMPLE_JWT = {**settings.SIMPLE_JWT, "SIGNING_KEY": "another key"}
    assert token_after(tokens.refresh) != ours


def test_another_log_in_is_another_family(api: ApiClientOf, tokens: Tokens, member: User) -> None:
    other = issue_tokens(actor=actor_of(member))
    post(api, tokens.refresh)
    some_time_later(member)
    post(api, tokens.refresh)
    assert post(api, other.refresh).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moments", ["within the grace", "after it"])
def test_parallel_uses_never_give_two_successors(
    member: User, moments: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if moments == "after it":
        monkeypatch.setattr("accounts.services.refresh.GRACE", timedelta(seconds=-1))
    tokens = issue_tokens(actor=actor_of(member))
    together = threading.Barrier(8)

    def use() -> str | None:
        together.wait()
        try:
            return rotate_tokens(refresh=tokens.refresh).refresh
        except RefreshReusedError:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        outcomes = [each.result() for each in [threads.submit(use) for _ in range(8)]]
    got = [outcome for outcome in outcomes if outcome is not None]
    assert (len(got), len({*got})) == ((8, 1) if moments == "within the grace" else (1, 1))
    with tenant_scope(member.organization_id):
        assert RefreshToken.objects.count() == 2
        living = RefreshToken.objects.filter(revoked_at=None, consumed_at=None)
        assert living.count() == (1 if moments == "within the grace" else 0)


def test_only_the_digest_is_stored(tokens: Tokens, member: User) -> None:
    with tenant_scope(member.organization_id):
        row = RefreshToken.objects.get()
    assert tokens.refresh not in str(row.__dict__.values())
    assert len(row.token_hash) == 64


def test_an_expired_token_is_refused_without_alarm(api: ApiClientOf, tokens: Tokens, member: User) -> None:
    with tenant_scope(member.organization_id):
        RefreshToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = post(api, tokens.refresh)
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_invalid")


def test_expired_tokens_go_at_the_next_log_in(tokens: Tokens, member: User) -> None:
    with tenant_scope(member.organization_id):
        RefreshToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        issue_tokens(actor=actor_of(member))
        assert RefreshToken.objects.count() == 1


def test_a_deactivated_account_cannot_refresh(
    api: ApiClientOf, tokens: Tokens, member: User, manager: User
) -> None:
    deactivate_member(actor=actor_of(manager), member_id=member.pk)
    assert post(api, tokens.refresh).status_code == 401


def test_a_pending_account_cannot_refresh_and_loses_nothing(
    api: ApiClientOf, tokens: Tokens, member: User
) -> None:
    User.directory.filter(pk=member.pk).update(status="pending")
    answer = post(api, tokens.refresh)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_pending")
    User.directory.filter(pk=member.pk).update(status="active")
    assert post(api, tokens.refresh).status_code == 200


def test_logging_out_ends_the_family(api: ApiClientOf, tokens: Tokens) -> None:
    successor = post(api, tokens.refresh).json()["refresh"]
    assert post(api, successor, "/api/v1/logout").status_code == 204
    assert post(api, successor).json()["code"] == "refresh_invalid"


@pytest.mark.parametrize("token", ["x" * 43, "a.b.c", "ת" * 20, "x" * 4096])
def test_an_unknown_token_is_refused_by_refresh_and_ignored_by_logout(
    db: None, api: ApiClientOf, token: str
) -> None:
    answer = post(api, token)
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_invalid")
    assert post(api, token, "/api/v1/logout").status_code == 204


@pytest.mark.parametrize("token", [None, 5, [], {}, "", "a\0b", "x" * 4097])
@pytest.mark.parametrize("path", ["/api/v1/refresh", "/api/v1/logout"])
def test_what_is_no_token_is_bad_input(db: None, api: ApiClientOf, path: str, token: Any) -> None:
    answer = post(api, token, path)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_an_access_token_does_not_refresh(api: ApiClientOf, tokens: Tokens) -> None:
    assert post(api, tokens.access).json()["code"] == "refresh_invalid"
