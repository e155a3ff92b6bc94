"""Signing in by name and password: what is answered, how often, and how alike for known and unknown names."""

from typing import Any

import pytest

from accounts import hashing
from accounts.models import User
from accounts.types import AccountStatus
from tests.builders import PASSWORD, make_user
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db


def log_in(api: ApiClientOf, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    return api().post("/login", {"username": username, "password": password}, format="json", **extra)


@pytest.mark.parametrize("path", ["/login", "/api/v1/login"])
def test_the_right_password_gets_tokens(api: ApiClientOf, member: User, path: str) -> None:
    answer = api().post(path, {"username": "dana", "password": PASSWORD}, format="json")
    assert answer.status_code == 200
    body = answer.json()
    assert {*body} == {"access", "refresh", "access_token", "token_type"}
    assert (body["access_token"], body["token_type"]) == (body["access"], "bearer")
    member.refresh_from_db()
    assert member.last_login is not None


def test_the_name_counts_without_regard_to_case(api: ApiClientOf, member: User) -> None:
    assert log_in(api, "DANA").status_code == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(api: ApiClientOf, member: User) -> None:
    wrong, unknown = log_in(api, "dana", "לא נכון בכלל"), log_in(api, "nobody", "לא נכון בכלל")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.json()["code"] == "invalid_credentials"
    counted = {"RateLimit-Remaining", "RateLimit-Reset"}  # the second may have turned between the two
    assert all(unknown.headers[name] == wrong.headers[name] for name in {*wrong.headers} - counted)


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(
    api: ApiClientOf, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    from tests.fakes.hashers import FastBCrypt

    encode = FastBCrypt.encode

    def counted(self: FastBCrypt, password: str, salt: Any) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(FastBCrypt, "encode", counted)
    log_in(api, "dana", "לא נכון בכלל")
    of_known = len(hashed)
    log_in(api, "nobody", "לא נכון בכלל")
    assert of_known == 1
    assert len(hashed) == 2 * of_known


@pytest.mark.parametrize(
    ("status", "code"),
    [(AccountStatus.PENDING, "account_pending"), (AccountStatus.DEACTIVATED, "account_inactive")],
)
def test_only_who_knows_the_password_hears_of_the_account(
    api: ApiClientOf, status: AccountStatus, code: str
) -> None:
    make_user("lea", status=status)
    answer = log_in(api, "lea")
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    guessed = log_in(api, "lea", "לא נכון בכלל")
    assert (guessed.status_code, guessed.json()["code"]) == (401, "invalid_credentials")


def test_failures_are_limited_by_account(api: ApiClientOf, member: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": (3, 60)}
    assert [log_in(api, "dana", "לא נכון בכלל").status_code for _ in range(4)] == [401, 401, 401, 429]
    refused = log_in(api, "Dana")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert "Retry-After" in refused.headers
    assert log_in(api, "somebody").status_code == 401


def test_failures_are_limited_by_address(api: ApiClientOf, member: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_address": (3, 60)}
    for number in range(3):
        assert log_in(api, f"guess{number}").status_code == 401
    assert log_in(api, "dana", REMOTE_ADDR="192.0.2.1").status_code == 200
    assert log_in(api, "dana").status_code == 429


def test_success_does_not_count(api: ApiClientOf, member: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": (2, 60), "login_address": (2, 60)}
    assert [log_in(api, "dana").status_code for _ in range(4)] == [200] * 4


def test_a_forged_forwarded_address_wins_nothing(api: ApiClientOf, member: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_address": (2, 60)}
    codes = [log_in(api, f"g{n}", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(3)]
    assert codes == [401, 401, 429]


def test_more_log_ins_than_the_processors_hash_are_told_to_come_back(
    api: ApiClientOf, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = hashing.HashGate(slots=1, seats=1, patience=0)
    monkeypatch.setattr(hashing, "gate", lambda: full)
    with full.slot():
        answer = log_in(api, "dana")
    assert (answer.status_code, answer.json()["code"]) == (429, "busy")
    assert answer.headers["Retry-After"] == "2"
    assert log_in(api, "dana").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "dana"},
        {"password": "x"},
        {"username": "dana", "password": ["x"]},
        {"username": 5, "password": "x"},
        {"username": "da\0na", "password": "x"},
        {"username": "dana", "password": "x\0"},
        {"username": "x" * 151, "password": "x"},
        {"username": "dana", "password": "x" * 5000},
    ],
)
def test_bad_input_is_refused(api: ApiClientOf, member: User, body: dict[str, Any]) -> None:
    answer = api().post("/login", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_a_stale_token_or_session_that_comes_along_counts_for_nothing(
    api: ApiClientOf, member: User, outsider: User
) -> None:
    client = api()
    client.force_login(outsider)
    client.credentials(HTTP_AUTHORIZATION="Bearer stale")
    answer = client.post("/login", {"username": "dana", "password": PASSWORD}, format="json")
    assert answer.status_code == 200
    assert (
        client.post("/api/v1/refresh", {"refresh": answer.json()["refresh"]}, format="json").status_code
        == 200
    )


def test_a_get_is_refused(api: ApiClientOf) -> None:
    answer = api().get("/login")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
