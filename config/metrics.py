"""Metrics of HTTP: a count and a duration for each request, by the name of its route, never by its path."""

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter, Histogram

_REQUESTS = Counter("http_requests", "HTTP requests answered.", ["method", "view", "status"])
_DURATION = Histogram(
    "http_request_duration_seconds",
    "Seconds from the request's arrival to the head of its response.",
    ["method", "view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60),
)
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
