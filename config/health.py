"""Is the process alive, may it get traffic, how are the services it needs: all on the lean handler."""

import asyncio

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from chatbot.supervisor import get_supervisor
from config.kernel.database import in_database
from config.metrics import look_at_loop, look_into_outbox
from config.probes import database, overall, probes

READY_SECONDS = 2.0
_applied: set[str] = set()  # databases whose migrations were found applied; they do not come undone


@require_safe
async def report(_request: HttpRequest) -> JsonResponse:
    """Answer `{status, version, services}`: for people and dashboards, always 200."""
    statuses = await probes.statuses()
    return JsonResponse({"status": overall(statuses), "version": settings.VERSION, "services": statuses})


@require_safe
async def live(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while the event loop turns: nothing that a restart could not mend is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
async def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 503 while the process drains, has no database, or is newer than the database's tables."""
    reason = await _reason_to_wait()
    return JsonResponse({"status": reason or "ok"}, status=503 if reason else 200)


@require_safe
async def metrics(_request: HttpRequest) -> HttpResponse:
    """Answer all metrics of this process in Prometheus' text format."""
    look_at_loop()
    return await in_database(_export)(_request)


def _export(request: HttpRequest) -> HttpResponse:
    look_into_outbox()
    response: HttpResponse = ExportToDjangoView(request)
    return response


async def _reason_to_wait() -> str:
    if get_supervisor().draining:
        return "draining"
    try:
        async with asyncio.timeout(READY_SECONDS):
            await database()
            return "" if await in_database(_migrations_applied)() else "migrations_pending"
    except (DatabaseError, TimeoutError):
        return "database_down"


def _migrations_applied() -> bool:
    if connection.alias in _applied:
        return True
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    _applied.add(connection.alias)
    return True
