"""What is wrong in every installation: settings that contradict each other, or do nothing."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string


@register("config")
def half_set_services(app_configs: object, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """A service needs all of its settings, and one model answers."""
    found: list[CheckMessage] = [
        Error(f"{there} is set without {missing}.", id="config.E001")
        for there, missing, is_half in _halves()
        if is_half
    ]
    if settings.OLLAMA_MODEL and settings.OPENAI_MODEL:
        found.append(
            Error("OLLAMA_MODEL and OPENAI_MODEL are both set; one model answers.", id="config.E008")
        )
    return found


def _halves() -> Iterator[tuple[str, str, bool]]:
    """Yield what is there, what it needs, and whether that is missing."""
    embeds = settings.EMBEDDINGS_BACKEND == "ollama"
    asked_for = bool(settings.OLLAMA_MODEL or (embeds and settings.OLLAMA_EMBED_MODEL))
    yield "OLLAMA_URL", "OLLAMA_MODEL", bool(settings.OLLAMA_URL) and not asked_for
    yield "OLLAMA_MODEL", "OLLAMA_URL", bool(settings.OLLAMA_MODEL) and not settings.OLLAMA_URL
    yield "OPENAI_BASE_URL", "OPENAI_MODEL", bool(settings.OPENAI_BASE_URL) and not settings.OPENAI_MODEL
    yield "OPENAI_MODEL", "OPENAI_BASE_URL", bool(settings.OPENAI_MODEL) and not settings.OPENAI_BASE_URL
    yield "EMBEDDINGS_BACKEND=ollama", "OLLAMA_URL", embeds and not settings.OLLAMA_URL
    yield "EMBEDDINGS_BACKEND=ollama", "OLLAMA_EMBED_MODEL", embeds and not settings.OLLAMA_EMBED_MODEL


@register("config")
def outbox_routes(app_configs: object, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Every route of the outbox, and the access to documents, names a function that exists."""
    doors = [(name, getattr(settings, name)) for name in ("DOCUMENT_ACCESS", "PRIVATE_DOCUMENTS")]
    names = [
        (f"OUTBOX_ROUTES[{event!r}]", route)
        for event, routes in settings.OUTBOX_ROUTES.items()
        for route in routes
    ]
    return [
        Error(f"{name} names {route}, which cannot be called.", id="config.E002")
        for name, route in [*names, *doors]
        if not _is_callable(route)
    ]


@register("config", Tags.security)
def exact_lists(app_configs: object, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Hosts and origins are exact lists."""
    names = ("ALLOWED_HOSTS", "ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGINS")
    return [
        Error(f"{name} must be an exact list; {item!r} is a pattern.", id="config.E003")
        for name in names
        for item in getattr(settings, name)
        if "*" in item or item.startswith(".")
    ]


@register("config", Tags.security)
def webhook_networks(app_configs: object, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """What webhooks may lead into are networks: a wrong one would show only when something is sent."""
    return [
        Error(
            f"WEBHOOK_NETWORKS names {item!r}, which is no network.",
            hint="Write networks as 10.1.2.0/24 or fd12:3456::/48, without bits of a host.",
            id="config.E028",
        )
        for item in settings.WEBHOOK_NETWORKS
        if not _is_network(item)
    ]


def _is_network(written: str) -> bool:
    try:
        ip_network(written)
    except ValueError:
        return False
    return True


def _is_callable(dotted: str) -> bool:
    try:
        return callable(import_string(dotted))
    except ImportError:
        return False
