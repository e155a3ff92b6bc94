"""Access tokens: only ours, only fresh, only as good as the account is now."""

import base64
import json
import time
import uuid
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.authentication import bearer_actor
from accounts.errors import TokenInvalidError
from accounts.models import User
from accounts.services.refresh import issue_tokens
from accounts.tokens import access_token, read_claims

pytestmark = pytest.mark.django_db


def claims_of(user: User, **changes: Any) -> dict[str, Any]:
    claims = {
        "token_type": "access",
        "exp": int(time.time()) + 300,
        "iat": int(time.time()),
        "jti": uuid.uuid4().hex,
        "sub": str(user.pk),
        "org": str(user.organization_id),
        "sv": user.session_version,
        "aud": "sicha-api",
        "iss": "sicha",
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def signed(claims: dict[str, Any], key: str | None = None, algorithm: str = "HS256", **options: Any) -> str:
    return jwt.encode(
        claims, settings.JWT_SIGNING_KEY if key is None else key, algorithm=algorithm, **options
    )


def unsigned(claims: dict[str, Any], algorithm: str) -> str:
    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
    )


def profile(token: str) -> Any:
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {token}").get("/api/v1/profile")


def test_a_token_says_who_where_and_for_how_long(member: User) -> None:
    token = access_token(actor_of(member))
    said = jwt.decode(token, options={"verify_signature": False})
    assert (said["sub"], said["org"], said["sv"]) == (str(member.pk), str(member.organization_id), 1)
    assert (said["iss"], said["aud"], said["token_type"]) == ("sicha", "sicha-api", "access")
    assert said["exp"] - said["iat"] == 300
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert settings.JWT_SIGNING_KEY != settings.SECRET_KEY


def test_a_well_made_token_is_accepted(member: User) -> None:
    assert profile(signed(claims_of(member))).json()["id"] == str(member.pk)


def test_a_token_that_was_good_is_refused_when_its_time_has_come(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = access_token(actor_of(member))
    assert read_claims(token).user_id == member.pk
    monkeypatch.setattr("accounts.tokens.time", SimpleNamespace(time=lambda: time.time() + 301))
    with pytest.raises(TokenInvalidError):
        read_claims(token)


FORGERIES = {
    "expired": {"exp": int(time.time()) - 1},
    "without an end": {"exp": None},
    "for somebody else's service": {"aud": "another-api"},
    "for nobody": {"aud": None},
    "of another issuer": {"iss": "another"},
    "of nobody": {"iss": None},
    "a refresh token": {"token_type": "refresh"},
    "of no type": {"token_type": None},
    "without an id": {"jti": None},
    "without a person": {"sub": None},
    "of no uuid": {"sub": "1 OR 1=1"},
    "of a list": {"sub": ["a"]},
    "of a number": {"sub": 5},
    "of an unknown person": {"sub": str(uuid.uuid4())},
    "without an organisation": {"org": None},
    "in another organisation": {"org": str(uuid.uuid4())},
    "without a version": {"sv": None},
    "of a text version": {"sv": "1"},
    "of a true version": {"sv": True},
    "of an earlier version": {"sv": 0},
    "of a later version": {"sv": 2},
}


@pytest.mark.parametrize("changes", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_token_of_ours_that_says_something_wrong_is_refused(member: User, changes: dict[str, Any]) -> None:
    answer = profile(signed(claims_of(member, **changes)))
    assert answer.status_code == 401
    assert answer.json()["code"] in {"token_invalid", "session_ended"}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_we_did_not_sign_is_refused(member: User) -> None:
    claims = claims_of(member)
    ours = access_token(actor_of(member))
    head, body, signature = ours.split(".")
    forged = [
        signed(claims, key="another key of enough length, 32 bytes"),
        signed(claims, key=settings.SECRET_KEY),
        signed(claims, algorithm="HS384"),
        signed(claims, algorithm="HS512"),
        signed(claims, headers={"kid": "../../dev/null"}, key="x" * 32),
        *[unsigned(claims, algorithm) for algorithm in ("none", "None", "NONE", "HS256")],
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        ours + "A",
    ]
    for token in forged:
        assert profile(token).json()["code"] == "token_invalid", token


@pytest.mark.parametrize("token", ["x", "a.b.c", "...", "א.ב.ג", "%00", "x" * 5000, "null", '{"a":1}'])
def test_what_is_no_token_is_refused(db: None, token: str) -> None:
    client = APIClient()
    answer = client.get(
        "/api/v1/profile", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic ZGFuYTp4", "Token abc", "bearerabc"])
def test_another_header_is_nobody(db: None, header: str) -> None:
    answer = APIClient(HTTP_AUTHORIZATION=header).get("/api/v1/profile")
    assert answer.status_code == 401
    assert answer.json()["code"] in {"not_authenticated", "token_invalid"}


def test_a_refresh_token_is_no_access_token(member: User) -> None:
    assert profile(issue_tokens(actor=actor_of(member)).refresh).json()["code"] == "token_invalid"


def test_claims_are_read_without_asking_the_database(member: User, django_assert_num_queries: Any) -> None:
    token = access_token(actor_of(member))
    with django_assert_num_queries(0):
        assert read_claims(token).user_id == member.pk
        with pytest.raises(TokenInvalidError):
            read_claims("x")


@pytest.mark.django_db(transaction=True)
async def test_asynchronous_views_get_the_same_actor(member: User) -> None:
    assert await bearer_actor(access_token(actor_of(member)), method="GET", path="/") == actor_of(member)
    with pytest.raises(TokenInvalidError):
        await bearer_actor("x", method="GET", path="/")
