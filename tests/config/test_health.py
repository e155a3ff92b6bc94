"""Health tells an operator what works, and an orchestrator whether to send requests here."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from prometheus_client import REGISTRY

from config import health, probes
from config.kernel import outbox
from config.lean import LeanHandler
from config.metrics import look_into_outbox
from config.probes import Probes, Status, overall
from tests.config.asgi_driver import Client


class Supervisor:
    draining = False


@pytest.fixture(autouse=True)
def _no_database_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the views ask the database is made up here, so its threads have nothing to do."""

    def inline(function: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any) -> Any:
            return function(*args)

        return call

    monkeypatch.setattr(health, "in_database", inline)
    monkeypatch.setattr(probes, "in_worker", inline)


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    fake = Supervisor()
    monkeypatch.setattr(health, "get_supervisor", lambda: fake)
    return fake


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {"error": None, "applied": True}

    async def ask() -> Status:
        if state["error"]:
            raise state["error"]
        return "ok"

    monkeypatch.setattr(health, "database", ask)
    monkeypatch.setattr(health, "_migrations_applied", lambda: state["applied"])
    return state


async def get(path: str, **headers: str) -> Any:
    answer = await Client(LeanHandler()).request("GET", path, headers=headers)
    return answer.status, answer.json()


async def test_a_living_process_says_so_whatever_else_is_down(database: dict[str, Any]) -> None:
    database["error"] = DatabaseError()
    assert await get("/health/live") == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("changes", "draining", "status"),
    [
        ({}, False, "ok"),
        ({"error": DatabaseError()}, False, "database_down"),
        ({"error": TimeoutError()}, False, "database_down"),
        ({"applied": False}, False, "migrations_pending"),
        ({}, True, "draining"),
    ],
)
async def test_readiness(
    supervisor: Supervisor, database: dict[str, Any], changes: dict[str, Any], draining: bool, status: str
) -> None:
    database.update(changes)
    supervisor.draining = draining
    assert await get("/health/ready") == (200 if status == "ok" else 503, {"status": status})


async def test_probes_are_answered_under_any_host_name(
    supervisor: Supervisor, database: dict[str, Any]
) -> None:
    status, _body = await get("/health/ready", Host="10.1.2.3:8000")
    assert status == 200


async def test_the_report_names_every_service(monkeypatch: pytest.MonkeyPatch) -> None:
    async def well() -> Status:
        return "ok"

    monkeypatch.setattr(health, "probes", Probes(dict.fromkeys(probes.PROBES, well)))
    status, body = await get("/api/health")
    assert status == 200
    assert body["status"] == "ok"
    named = {
        "database",
        "cache",
        "vectors",
        "embeddings",
        "reranker",
        "llm",
        "outbox",
        "archive",
        "graph",
        "broker",
    }
    assert set(body["services"]) == named


async def test_a_service_that_fails_is_down_and_the_report_still_comes() -> None:
    async def broken() -> Status:
        raise ConnectionError

    statuses = await Probes({"llm": broken}).statuses()
    assert statuses == {"llm": "down"}


async def test_a_service_that_does_not_answer_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent() -> Status:
        await asyncio.Event().wait()
        return "ok"

    monkeypatch.setattr(probes, "PROBE_SECONDS", 0)
    assert await Probes({"graph": silent}).statuses() == {"graph": "down"}


@pytest.mark.parametrize(
    ("url", "away", "said"), [("", True, "off"), ("redis://b", False, "ok"), ("redis://b", True, "down")]
)
async def test_the_report_says_when_the_broker_is_away(
    settings: Any, monkeypatch: pytest.MonkeyPatch, url: str, away: bool, said: str
) -> None:
    class Watch:
        def is_away(self) -> bool:
            return away

    settings.CELERY_BROKER_URL = url
    monkeypatch.setattr("config.waking.broker_watch", Watch())
    assert await probes.broker() == said


async def test_services_are_not_asked_again_at_once() -> None:
    asked: list[int] = []

    async def well() -> Status:
        asked.append(1)
        return "ok"

    several = Probes({"cache": well})
    await several.statuses()
    await several.statuses()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        ({"database": "ok", "graph": "off"}, "ok"),
        ({"database": "ok", "llm": "down"}, "degraded"),
        ({"database": "ok", "embeddings": "degraded"}, "degraded"),
        ({"database": "down", "llm": "ok"}, "down"),
    ],
)
def test_the_whole_is_as_well_as_its_parts(statuses: dict[str, Status], whole: str) -> None:
    assert overall(statuses) == whole


async def test_metrics_are_told_in_the_format_of_prometheus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "look_into_outbox", lambda: None)
    answer = await Client(LeanHandler()).request("GET", "/metrics", headers={"Host": "10.1.2.3"})
    assert answer.status == 200
    assert b"# TYPE http_request_duration_seconds histogram" in answer.body
    assert b"# TYPE http_requests_total counter" in answer.body


async def test_the_tasks_of_the_event_loop_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "look_into_outbox", lambda: None)
    forgotten = [asyncio.create_task(asyncio.Event().wait()) for _ in range(7)]
    await Client(LeanHandler()).request("GET", "/metrics", headers={"Host": "10.1.2.3"})
    for task in forgotten:
        task.cancel()
    assert (REGISTRY.get_sample_value("asyncio_tasks") or 0) > len(forgotten)


@pytest.mark.django_db
def test_what_waits_in_the_outbox_is_counted_by_route(settings: Any) -> None:
    settings.OUTBOX_ROUTES = {"test.happened": ["tests.one", "tests.two"]}
    with transaction.atomic():
        outbox.emit("test.happened", organization_id=uuid4(), payload={})
    look_into_outbox()
    counts = [
        REGISTRY.get_sample_value("outbox_pending", {"route": f"tests.{name}"}) for name in ("one", "two")
    ]
    assert counts == [1, 1]
    assert REGISTRY.get_sample_value("outbox_oldest_seconds", {"route": "tests.one"}) is not None
