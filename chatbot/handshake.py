"""What the HTTP request that opens a WebSocket says: origin, cookies, language, ticket."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

_TICKET_PREFIX = "ticket."


def _header(scope: Mapping[str, Any], name: bytes) -> str | None:
    values = [value for key, value in scope.get("headers", ()) if key == name]
    return values[-1].decode("latin-1") if values else None


def origin_of(scope: Mapping[str, Any]) -> str | None:
    """Return the Origin header; None when there is none (not a browser)."""
    return _header(scope, b"origin")


def cookies_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """Return the cookies by name; none when the header cannot be read."""
    try:
        cookies = SimpleCookie(_header(scope, b"cookie") or "")
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in cookies.items()}


def language_of(scope: Mapping[str, Any]) -> str:
    """Return the language for error messages: the language cookie's, else Accept-Language's, else the
    default."""
    chosen = cookies_of(scope).get(settings.LANGUAGE_COOKIE_NAME)
    accepted = [code for code, _weight in parse_accept_lang_header(_header(scope, b"accept-language") or "")]
    for code in [chosen, *accepted] if chosen else accepted:
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def ticket_of(scope: Mapping[str, Any]) -> str | None:
    """Return the ticket offered as subprotocol `ticket.<value>`."""
    for protocol in scope.get("subprotocols", ()):
        if protocol.startswith(_TICKET_PREFIX):
            return str(protocol.removeprefix(_TICKET_PREFIX))
    return None
