"""Ways on which others could listen. To a host of the same machine, or of the containers' own network (a name
without a dot), there is none."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from config.checks.rules import Rule, when

_PLAIN = {"http", "redis", "bolt", "neo4j", "smtp"}
_ENCRYPTED_POSTGRESQL = {"require", "verify-ca", "verify-full"}


def is_near(host: str) -> bool:
    """Return whether what is said to that host stays on this machine or in the containers' network."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." not in host or host.endswith(".localhost")


def _plain_services() -> Iterator[str]:
    names = ("REDIS_URL", "CELERY_BROKER_URL", "NEO4J_URI", "WEAVIATE_URL", "S3_ENDPOINT_URL", "OLLAMA_URL")
    for name in names:
        parts = urlsplit(getattr(settings, name))
        if parts.scheme in _PLAIN and not is_near(parts.hostname or ""):
            yield name


def _is_plain_database() -> bool:
    database = settings.DATABASES["default"]
    mode = database.get("OPTIONS", {}).get("sslmode", "prefer")
    return bool(settings.DATABASE_URL) and not is_near(database["HOST"]) and mode not in _ENCRYPTED_POSTGRESQL


def _is_plain_model() -> bool:
    parts = urlsplit(settings.OPENAI_BASE_URL)
    return bool(settings.OPENAI_API_KEY) and parts.scheme == "http" and not is_near(parts.hostname or "")


def _is_plain_mail() -> bool:
    is_open = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    return bool(settings.EMAIL_HOST) and is_open and not is_near(settings.EMAIL_HOST)


RULES = (
    Rule(
        "E012",
        "{} goes over plain HTTP: the key can be read on the way.",
        "Use https:// for OPENAI_BASE_URL.",
        when(name="OPENAI_API_KEY", wrong=_is_plain_model),
    ),
    Rule(
        "W001",
        "{} is off: cookies travel in clear text.",
        "Put a certificate on the proxy and set HTTPS=true.",
        when(name="HTTPS", wrong=lambda: not settings.HTTPS),
    ),
    Rule(
        "W004",
        "{} is reached without encryption.",
        "Add ?sslmode=verify-full to DATABASE_URL.",
        when(name="The database", wrong=_is_plain_database),
    ),
    Rule("W005", "{} names a far service without encryption.", "Use its TLS address.", _plain_services),
    Rule(
        "W006",
        "{} would carry reset links in clear text.",
        "Use smtps://, or smtp:// with ?tls=true.",
        when(name="EMAIL_URL", wrong=_is_plain_mail),
    ),
)
