"""How each service is: asked now, within two seconds, whatever stands behind it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection

from analytics.graph import get_graph
from chatbot.supervisor import get_supervisor
from config.kernel.database import in_database, in_worker
from config.kernel.outbox import oldest_seconds as waiting_in_outbox
from retrieval import embeddings as embeddings_seam
from retrieval.reranking import get_reranker
from retrieval.vectors import get_store

logger = logging.getLogger(__name__)
Status = Literal["ok", "degraded", "down", "off"]
PROBE_SECONDS = 2.0
REMEMBERED_SECONDS = 1.0
RELAY_LATE_SECONDS = 60


async def database() -> Status:
    await in_database(_select_one)()
    return "ok"


async def cache_store() -> Status:
    await in_worker(cache.set)("health", 1, 10)
    return "ok"


async def vectors() -> Status:
    if not settings.WEAVIATE_URL:
        return await database()  # the embedded store is rows of the database
    return "ok" if await in_worker(get_store().is_healthy)() else "down"


async def embeddings() -> Status:
    return await in_worker(_embeddings)()


async def reranker() -> Status:
    configured = get_reranker()
    if configured is None:
        return "off"
    return "ok" if await in_worker(configured.is_healthy)() else "down"


async def llm() -> Status:
    return "ok" if await get_supervisor().model.is_healthy() else "down"


async def outbox() -> Status:
    return await in_database(_outbox)()


async def archive() -> Status:
    await in_worker(storages["archive"].exists)("health")
    return "ok"


async def graph() -> Status:
    if not settings.NEO4J_URI:
        return "off"  # the embedded graph is rows of the database
    return "ok" if await in_worker(get_graph().is_healthy)() else "down"


async def broker() -> Status:
    return await in_worker(_broker)() if settings.CELERY_BROKER_URL else "off"


PROBES: dict[str, Callable[[], Awaitable[Status]]] = {
    "database": database,
    "cache": cache_store,
    "vectors": vectors,
    "embeddings": embeddings,
    "reranker": reranker,
    "llm": llm,
    "outbox": outbox,
    "archive": archive,
    "graph": graph,
    "broker": broker,
}


class Probes:
    """The statuses of all services, asked at most once in REMEMBERED_SECONDS."""

    def __init__(self, probes: dict[str, Callable[[], Awaitable[Status]]]) -> None:
        self._probes = probes
        self._known: dict[str, Status] = {}
        self._fresh_until = 0.0

    async def statuses(self) -> dict[str, Status]:
        if time.monotonic() >= self._fresh_until:
            found = await asyncio.gather(*(self._ask(name) for name in self._probes))
            self._known = dict(zip(self._probes, found, strict=True))
            self._fresh_until = time.monotonic() + REMEMBERED_SECONDS
        return self._known

    async def _ask(self, name: str) -> Status:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await self._probes[name]()
        except Exception:
            logger.warning("service is down", extra={"service": name}, exc_info=True)
            return "down"


probes = Probes(PROBES)


def overall(statuses: dict[str, Status]) -> Status:
    """Return "down" without the database, "degraded" when anything else is not well."""
    if statuses.get("database") == "down":
        return "down"
    return "ok" if set(statuses.values()) <= {"ok", "off"} else "degraded"


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _embeddings() -> Status:
    wanted = settings.EMBEDDINGS_BACKEND
    if not embeddings_seam.is_healthy():
        return "down"
    return "degraded" if wanted != "lexical" and embeddings_seam.name() == "lexical" else "ok"


def _outbox() -> Status:
    return "degraded" if waiting_in_outbox() > RELAY_LATE_SECONDS else "ok"


def _broker() -> Status:
    from config.waking import broker_watch  # loading Celery takes half a second

    return "down" if broker_watch.is_away() else "ok"
