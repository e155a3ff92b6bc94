"""The handler of the hot path does what the stock handler and its middleware would do, without a thread."""

import asyncio
import logging
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from django.core import signals
from django.utils import translation
from prometheus_client import REGISTRY

from config.lean import LeanHandler
from config.stock import StockHandler
from tests.config import lean_urls
from tests.config.asgi_driver import Client


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.config.lean_urls"
    settings.ALLOWED_HOSTS = ["localhost"]
    lean_urls.events.clear()


@pytest.fixture
def client() -> Client:
    return Client(LeanHandler())


async def test_a_request_starts_no_thread_and_sends_no_request_signal(client: Client) -> None:
    heard: list[object] = []

    def listen(**kwargs: object) -> None:
        heard.append(kwargs)

    signals.request_started.connect(listen)
    signals.request_finished.connect(listen)
    before = threading.active_count()
    answer = await client.request("POST", "/api/echo", body=[b"abc", b"def"])
    signals.request_started.disconnect(listen)
    signals.request_finished.disconnect(listen)
    assert (answer.status, answer.json()["length"]) == (200, 6)
    assert threading.active_count() == before
    assert heard == []


async def test_its_security_headers_are_those_of_the_stock_handler(client: Client, settings: Any) -> None:
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "config.middleware.PrivateMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    stock = await Client(StockHandler()).request("GET", "/api/echo")
    lean = await client.request("GET", "/api/echo")
    names = ("x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "x-frame-options")
    assert [lean.headers[name] for name in names] == [stock.headers[name] for name in names]
    assert _directives(lean.headers) == _directives(stock.headers)
    assert lean.headers["cache-control"] == stock.headers["cache-control"] == "no-store, private"


def _directives(headers: dict[str, str]) -> set[str]:
    return set(headers["content-security-policy"].split("; "))


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-US,en;q=0.9", "en"),
        ("he", "he"),
        ("fr", "he"),
        ("fr;q=0.9,en;q=0.3", "en"),
        ("", "he"),
        ("*;;q", "he"),
    ],
)
async def test_words_follow_accept_language(client: Client, accepted: str, language: str) -> None:
    answer = await client.request("GET", "/api/echo", headers={"Accept-Language": accepted})
    assert answer.json()["language"] == language
    assert answer.headers["content-language"] == language


async def test_the_language_of_a_request_ends_with_it(client: Client) -> None:
    with translation.override("en"):
        await client.request("GET", "/api/echo", headers={"Accept-Language": "he"})
    assert translation.get_language() == "he"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/missing/x", 404, "not_found"),
        ("/api/busy", 429, "rate_limited"),
        ("/api/invalid", 400, "invalid_input"),
        ("/api/nowhere", 404, "not_found"),
    ],
)
async def test_refusals_become_json(client: Client, path: str, status: int, code: str) -> None:
    answer = await client.request("GET", path)
    assert (answer.status, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


async def test_a_refusal_says_when_to_come_back(client: Client) -> None:
    answer = await client.request("GET", "/api/busy")
    assert answer.headers["retry-after"] == "7"


async def test_a_defect_is_logged_and_answered_without_its_inside(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    answer = await client.request("GET", "/api/broken")
    assert (answer.status, answer.json()["code"]) == (500, "server_error")
    assert b"ZeroDivision" not in answer.body
    assert "ZeroDivisionError" in caplog.text


async def test_a_synchronous_view_is_refused_rather_than_run_on_the_loop(client: Client) -> None:
    answer = await client.request("GET", "/api/synchronous")
    assert answer.status == 500


async def test_a_body_beyond_the_limit_is_refused(client: Client, settings: Any) -> None:
    settings.LEAN_BODY_MAX_BYTES = 10
    whole = await client.request("POST", "/api/echo", body=[b"x" * 10])
    beyond = await client.request("POST", "/api/echo", body=[b"x" * 6, b"x" * 6])
    assert whole.status == 200
    assert (beyond.status, beyond.json()["code"]) == (413, "body_too_large")
    assert beyond.json()["details"] == {"max_bytes": 10}


async def test_a_stream_arrives_piece_by_piece_and_is_closed(client: Client) -> None:
    answer = await client.request("GET", "/api/stream")
    assert answer.chunks[:3] == [b"0;", b"1;", b"2;"]
    assert len(answer.chunks) == 1001
    assert lean_urls.events == ["closed"]


async def test_the_stream_of_a_client_that_left_is_closed_at_once() -> None:
    answer = await Client(LeanHandler(), leave_after=3).request("GET", "/api/stream")
    assert len(answer.chunks) < 1000
    assert lean_urls.events == ["closed"]


async def test_a_waiting_view_is_released_when_the_client_leaves() -> None:
    handler = LeanHandler()
    left = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not left.is_set():
            left.set()
            return {"type": "http.request", "body": b""}
        return {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        raise AssertionError("nobody is there to read")

    scope = {"type": "http", "method": "GET", "path": "/api/endless", "headers": [(b"host", b"localhost")]}

    await handler(scope, receive, send)
    assert lean_urls.events == ["waiting", "released"]


async def test_the_cancelling_of_the_server_is_not_swallowed() -> None:
    task = asyncio.create_task(Client(LeanHandler()).request("GET", "/api/endless"))
    while "waiting" not in lean_urls.events:  # noqa: ASYNC110  the view has nothing to wait for
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_nul_in_the_address_is_refused(client: Client) -> None:
    in_path = await client.request("GET", "/api/missing/a\0b")
    in_query = await client.request("GET", "/api/echo", query=b"q=a%00b")
    assert [in_path.status, in_query.status] == [400, 400]
    english = await client.request("GET", "/api/echo", headers={"accept-language": "en"}, query=b"q=a%00b")
    assert english.json()["message"] != in_query.json()["message"]


async def test_an_address_that_is_not_utf8_is_refused(client: Client) -> None:
    answer = await client.request("GET", "/api/echo", query=b"q=\xff\xfe")
    assert answer.status == 400


async def test_an_unknown_host_is_refused(client: Client) -> None:
    answer = await client.request("GET", "/api/echo", headers={"Host": "evil.example"})
    assert (answer.status, answer.json()["code"]) == (400, "unknown_host")


async def test_a_foreign_page_changes_nothing_with_a_cookie(client: Client) -> None:
    cookie = {"Cookie": "sessionid=abc"}
    foreign = await client.request("POST", "/api/echo", headers={**cookie, "Origin": "https://evil.example"})
    silent = await client.request("POST", "/api/echo", headers={**cookie, "Sec-Fetch-Site": "cross-site"})
    own = await client.request("POST", "/api/echo", headers={**cookie, "Origin": "http://localhost"})
    token = {**cookie, "Origin": "https://evil.example", "Authorization": "Bearer x"}
    by_token = await client.request("POST", "/api/echo", headers=token)
    assert (foreign.status, foreign.json()["code"]) == (403, "csrf_failed")
    assert [silent.status, own.status, by_token.status] == [403, 200, 200]


async def test_requests_are_counted_by_route_and_never_by_path(client: Client) -> None:
    def counted(view: str, status: str) -> float:
        labels = {"method": "GET", "view": view, "status": status}
        return REGISTRY.get_sample_value("http_requests_total", labels) or 0

    known, route, unknown = (
        counted("echo", "200"),
        counted("api/missing/<str:name>", "404"),
        counted("unmatched", "404"),
    )
    await client.request("GET", "/api/echo")
    await client.request("GET", "/api/missing/one")
    await client.request("GET", "/api/missing/two")
    await client.request("GET", "/api/nowhere/at/all")
    assert counted("echo", "200") == known + 1
    assert counted("api/missing/<str:name>", "404") == route + 2
    assert counted("unmatched", "404") == unknown + 1
