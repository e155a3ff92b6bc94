"""Django's handler with our limits and our middleware."""

from typing import Any

import pytest
from django.utils import translation

from config.stock import StockHandler
from tests.config.asgi_driver import Client

OWN = [
    "config.middleware.RequestMetricsMiddleware",
    "config.middleware.NulGuardMiddleware",
    "config.middleware.PrivateMiddleware",
    "config.middleware.LanguageMiddleware",
    "config.middleware.CorsMiddleware",
    "config.middleware.RefusalMiddleware",
]


@pytest.fixture
def client(settings: Any) -> Client:
    settings.ROOT_URLCONF = "tests.config.stock_urls"
    settings.MIDDLEWARE = OWN
    settings.CORS_ALLOWED_ORIGINS = ["https://portal.example"]
    return Client(StockHandler())


async def test_a_body_beyond_the_limit_is_read_and_refused(client: Client, settings: Any) -> None:
    settings.BODY_MAX_BYTES = 10
    answer = await client.request("POST", "/api/echo", body=[b"x" * 8, b"x" * 8, b"x" * 8])
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")
    assert (await client.request("POST", "/api/echo", body=[b"x" * 10])).json()["length"] == 10


async def test_a_person_whose_file_is_too_large_is_told_on_a_page(client: Client, settings: Any) -> None:
    settings.BODY_MAX_BYTES = 10
    answer = await client.request("POST", "/admin/retrieval/document/add/", body=[b"x" * 11])
    assert answer.status == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert 'dir="rtl"' in answer.body.decode()


async def test_a_page_answers_a_refusal_with_a_page(client: Client) -> None:
    answer = await client.request("GET", "/page/missing")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert 'lang="he"' in answer.body.decode()


async def test_an_api_answers_a_refusal_with_json(client: Client) -> None:
    answer = await client.request("GET", "/api/missing", headers={"Accept-Language": "en"})
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-language"] == "en"


async def test_a_page_that_needs_a_person_sends_to_the_login(client: Client) -> None:
    answer = await client.request("GET", "/page/private", query=b"a=1")
    assert answer.status == 302
    assert answer.headers["location"] == "/accounts/login/?next=/page/private%3Fa%3D1"


@pytest.mark.parametrize(("path", "kind"), [("/nowhere", "text/html"), ("/api/nowhere", "application/json")])
async def test_an_unknown_address_answers_in_kind(client: Client, path: str, kind: str) -> None:
    answer = await client.request("GET", path)
    assert (answer.status, answer.headers["content-type"].split(";")[0]) == (404, kind)


@pytest.mark.parametrize(
    ("path", "kind"), [("/page/broken", "text/html"), ("/api/broken", "application/json")]
)
async def test_a_defect_answers_in_kind(client: Client, path: str, kind: str) -> None:
    answer = await client.request("GET", path)
    assert (answer.status, answer.headers["content-type"].split(";")[0]) == (500, kind)
    assert b"ZeroDivision" not in answer.body


async def test_pages_are_hebrew_until_a_person_chooses(client: Client) -> None:
    english_browser = {"Accept-Language": "en-US,en"}
    assert (await client.request("GET", "/page/language", headers=english_browser)).body == b"he"
    chosen = {**english_browser, "Cookie": "django_language=en"}
    assert (await client.request("GET", "/page/language", headers=chosen)).body == b"en"
    unknown = {"Cookie": "django_language=../../xx"}
    assert (await client.request("GET", "/page/language", headers=unknown)).body == b"he"
    assert translation.get_language() == "he"


async def test_responses_stay_out_of_caches_unless_the_view_says_otherwise(client: Client) -> None:
    assert (await client.request("GET", "/page/language")).headers["cache-control"] == "no-store, private"
    assert (await client.request("GET", "/page/cached")).headers["cache-control"] == "max-age=60"


async def test_a_preflight_of_a_listed_origin_is_answered(client: Client) -> None:
    asks = {"Access-Control-Request-Method": "POST"}
    ours = await client.request("OPTIONS", "/api/echo", headers={**asks, "Origin": "https://portal.example"})
    assert ours.status == 204
    assert ours.headers["access-control-allow-origin"] == "https://portal.example"
    assert "authorization" in ours.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in ours.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "https://portal.example.evil.example", "null"])
async def test_another_origin_gets_nothing(client: Client, origin: str) -> None:
    answer = await client.request("POST", "/api/echo", headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


async def test_a_listed_origin_reads_refusals_too_but_no_pages(client: Client) -> None:
    ours = {"Origin": "https://portal.example"}
    refusal = await client.request("GET", "/api/missing", headers=ours)
    page = await client.request("GET", "/page/language", headers=ours)
    assert refusal.headers["access-control-allow-origin"] == "https://portal.example"
    assert "access-control-allow-origin" not in page.headers


async def test_a_file_is_sent_piece_by_piece(client: Client) -> None:
    answer = await client.request("GET", "/page/file")
    assert answer.body == b"x" * 200_000
    assert len(answer.chunks) > 2
