"""Metrics of HTTP, by the name of the route and never by the path, of the outbox, and of the event loop."""

import asyncio

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter, Gauge, Histogram

from config.kernel.outbox import rows

_REQUESTS = Counter("http_requests", "HTTP requests answered.", ["method", "view", "status"])
_DURATION = Histogram(
    "http_request_duration_seconds",
    "Seconds from the request's arrival to the head of its response.",
    ["method", "view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60),
)
_PENDING = Gauge("outbox_pending", "Events that wait to be delivered.", ["route"])
_OLDEST = Gauge("outbox_oldest_seconds", "Age of the oldest event that waits.", ["route"])
_TASKS = Gauge("asyncio_tasks", "Tasks of the event loop that have not ended.")
_DEAD = Gauge("outbox_dead", "Events given up; `relay_outbox --replay-dead` tries them anew.", ["route"])
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """Count one answered request; unknown addresses and methods share a label each."""
    method = request.method if request.method in _METHODS else "other"
    view = view_label(request)
    _REQUESTS.labels(method, view, str(response.status_code)).inc()
    _DURATION.labels(method, view).observe(seconds)


def view_label(request: HttpRequest) -> str:
    """Return the route's name, else its pattern: both come from the code, so there are few."""
    match = request.resolver_match
    if match is None:
        return "unmatched"
    return match.view_name if match.url_name else match.route or "/"


def look_at_loop() -> None:
    """Count the tasks before the metrics are scraped; call it on the event loop."""
    _TASKS.set(len(asyncio.all_tasks()))


def look_into_outbox() -> None:
    """Count what waits, before the metrics are scraped; nothing is known of it while the database is down."""
    for gauge in (_PENDING, _OLDEST, _DEAD):
        gauge.clear()
    try:
        waiting, dead = rows.pending_by_route(), rows.dead_by_route()
    except DatabaseError:
        return
    for route, (count, age) in waiting.items():
        _PENDING.labels(route).set(count)
        _OLDEST.labels(route).set(age)
    for route, count in dead.items():
        _DEAD.labels(route).set(count)
