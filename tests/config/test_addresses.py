"""The list of lean addresses and the views agree: asynchronous there, synchronous elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.urls import URLPattern, URLResolver, get_resolver

from config.paths import is_api, is_lean


def routes(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            yield _example(address), pattern.callback
        else:
            yield from routes(pattern, address)


def _example(address: str) -> str:
    """Return the address with a value in place of every `<converter:name>`."""
    parts = address.split("<")
    return parts[0] + "".join("x" + part.partition(">")[2] for part in parts[1:])


def test_lean_addresses_have_asynchronous_views_and_no_other_has() -> None:
    wrong = [
        address
        for address, view in routes(get_resolver())
        if not address.startswith("/admin/") and iscoroutinefunction(view) != is_lean(address)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "lean"),
    [
        ("/chat", True),
        ("/api/v1/chat", True),
        ("/api/v1/answers/5/events", True),
        ("/api/v1/answers/5/stop", True),
        ("/api/v1/answers/5/related", False),
        ("/v1/chat/completions", True),
        ("/health/live", True),
        ("/chat/", False),
        ("/chatter", False),
        ("/admin/", False),
        ("/", False),
    ],
)
def test_lean_addresses_are_an_exact_list(path: str, lean: bool) -> None:
    assert is_lean(path) is lean


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("/login", True),
        ("/accounts/login/", False),
        ("/api/v1/x", True),
        ("/v1/models", True),
        ("/c/1/", False),
    ],
)
def test_programs_and_people_are_told_apart(path: str, api: bool) -> None:
    assert is_api(path) is api
