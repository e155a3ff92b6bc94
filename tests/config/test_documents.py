"""The API documents describe everything, ask no foreign host and need no inline script."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from config.paths import is_lean
from tests.config.test_addresses import routes


def _document() -> Any:
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    return generator.get_schema(public=True)


@pytest.fixture(scope="module")
def document() -> Any:
    with GENERATOR_STATS.silence():
        return _document()


def test_the_document_is_made_without_warnings() -> None:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        _document()
    complaints = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    assert complaints == []


def test_asynchronous_addresses_are_described_too(document: Any) -> None:
    described = set(document["paths"])
    assert {"/chat", "/api/v1/chat", "/v1/chat/completions", "/api/health"} <= described
    undescribed = [
        address
        for address, view in routes(get_resolver())
        if is_lean(address) and address != "/metrics" and not _is_among(address, described)
    ]
    assert undescribed == []


def _is_among(address: str, described: set[str]) -> bool:
    return any(re.fullmatch(re.sub(r"{[^}]*}", "[^/]+", path), address) for path in described)


def test_every_operation_has_a_name_of_its_own(document: Any) -> None:
    names = [
        operation["operationId"] for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(names) == len(set(names))


def test_every_operation_says_what_a_refusal_looks_like(document: Any) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            assert "default" in operation["responses"]


def test_the_document_is_served(client: Client) -> None:
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Sicha"


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_its_pages_need_no_inline_script_and_no_foreign_host(client: Client, path: str) -> None:
    answer = client.get(path)
    page = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert answer.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "unsafe" not in policy
    assert re.search(r"script-src 'self'(;|$)", policy)
