"""Who asks, on every way in: DRF requests, asynchronous views, sockets. All end at `access.actor_of`."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request
from typing_extensions import override

from accounts.access import actor_of, get_user
from accounts.errors import TokenInvalidError
from accounts.models import User
from accounts.services.api_keys import actor_of_key, is_key
from accounts.sessions import note_use
from accounts.tenancy import enter_scope, request_scope
from accounts.tokens import actor_of_token
from accounts.types import Actor, SignIn
from config.kernel.database import in_database


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer`, an access token or an API key; the rest runs in the bearer's organisation."""

    @override
    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        token = _bearer_token(request)
        if token is None:
            return None
        with request_scope():  # not in that of a session that came along
            actor = _actor_of_bearer(token, method=str(request.method), path=request.path)
        enter_scope(actor.organization_id)
        return get_user(actor), actor

    @override
    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="sicha"'


def _bearer_token(request: Request) -> str | None:
    scheme, _space, token = get_authorization_header(request).partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    try:
        return token.strip().decode("ascii")
    except UnicodeDecodeError:
        raise TokenInvalidError from None


def request_actor(request: Request | HttpRequest) -> Actor:
    """Return who sent a request of Django or DRF; raises as `actor_of` does."""
    bearer = getattr(request, "auth", None)
    if isinstance(bearer, Actor):
        return bearer
    session = getattr(request, "session", None)
    return _signed_in(actor_of(request.user), session.session_key if session is not None else None)


async def bearer_actor(token: str, *, method: str, path: str) -> Actor:
    """Return whom an access token or an API key stands for at an address.

    Raises as `tokens.actor_of_token` and `api_keys.actor_of_key` do.
    """
    return await in_database(_actor_of_bearer)(token, method=method, path=path)


def _actor_of_bearer(token: str, *, method: str, path: str) -> Actor:
    if is_key(token):
        return actor_of_key(token, method=method, path=path)
    return actor_of_token(token)


async def session_actor(cookies: Mapping[str, str]) -> Actor | None:
    """Return whose browser session the cookies carry, None without one; raises as `actor_of` does.

    A cookie travels with requests of foreign pages too: the caller checks the origin.
    """
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return await in_database(_actor_of_session)(key) if key else None


def _actor_of_session(key: str) -> Actor | None:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = auth.get_user(request)
    if not user.is_authenticated:
        return None
    note_use(key)
    return _signed_in(actor_of(user), key)


def _signed_in(actor: Actor, session_key: str | None) -> Actor:
    return replace(actor, sign_in=SignIn("session", session_key)) if session_key else actor
