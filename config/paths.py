"""Which addresses belong to programs, and which of those the lean handler serves."""

import re

_API_PREFIXES = ("/api/", "/v1/", "/health/")
_API_PATHS = frozenset({"/register", "/login", "/chat", "/openapi.json", "/metrics"})

LEAN_PATHS = (
    r"/chat",
    r"/api/v1/chat",
    r"/api/v1/answers/[^/]+(?:/(?:events|stop|regenerate|continue))?",
    r"/v1/chat/completions",
    r"/v1/models(?:/[^/]+)?",
    r"/api/health",
    r"/health/(?:live|ready)",
    r"/metrics",
)
PROBE_PATHS = frozenset({"/api/health", "/health/live", "/health/ready", "/metrics"})
_LEAN = re.compile("|".join(LEAN_PATHS))


def is_api(path: str) -> bool:
    """Return whether the address is a program's: JSON errors, language by `Accept-Language`."""
    return path.startswith(_API_PREFIXES) or path in _API_PATHS


def is_lean(path: str) -> bool:
    """Return whether a fully asynchronous view answers at the address."""
    return _LEAN.fullmatch(path) is not None
