"""What browsers are told, and whom they are told to trust."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from config.checks.rules import Rule, when

_LOOSE_SOURCES = {"*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "data:", "blob:"}
_CLOSED = ("default-src", "object-src", "base-uri", "frame-ancestors")


def _origins() -> list[str]:
    return [*settings.ALLOWED_ORIGINS, *settings.CORS_ALLOWED_ORIGINS]


def _misspelt_origins() -> Iterator[str]:
    for origin in _origins():
        parts = urlsplit(origin)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.netloc)
        if not is_whole or origin != f"{parts.scheme}://{parts.netloc}".lower():
            yield origin


def _plain_origins() -> list[str]:
    return [origin for origin in _origins() if settings.HTTPS and origin.startswith("http://")]


def _loose_scripts() -> list[str]:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    names = ("script-src", "style-src")
    return [
        f"{name} {source}"
        for name in names
        for source in directives.get(name, directives.get("default-src", ["*"]))
        if source in _LOOSE_SOURCES
    ]


def _open_directives() -> list[str]:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return [name for name in _CLOSED if directives.get(name) != ["'none'"]]


def _bare_cookies() -> list[str]:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE") if settings.HTTPS else ()
    return [name for name in (*names, "SESSION_COOKIE_HTTPONLY") if not getattr(settings, name)]


def _shared_cookies() -> list[str]:
    """A neighbouring host can plant a cookie for all of a domain, unless its name forbids that."""
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME") if settings.HTTPS else ()
    return [name for name in names if not getattr(settings, name).startswith("__Host-")]


def _lax_cookies() -> list[str]:
    names = ("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE")
    return [name for name in names if getattr(settings, name) not in {"Lax", "Strict"}]


RULES = (
    Rule(
        "E004",
        "{} must be off in production.",
        "It shows settings to strangers.",
        when(name="DEBUG", wrong=lambda: bool(settings.DEBUG)),
    ),
    Rule(
        "E013",
        "The origin {} can never match: an origin is scheme, host and port, in lower case, without a path.",
        "https://chat.example.org",
        _misspelt_origins,
    ),
    Rule(
        "E014",
        "The content security policy has {}: an injected script would run.",
        "Serve scripts and styles as files.",
        _loose_scripts,
    ),
    Rule("E015", "The content security policy leaves {} open.", "Set it to 'none'.", _open_directives),
    Rule(
        "E016", "{} must be on.", "A cookie without it can be read on the way, or by a script.", _bare_cookies
    ),
    Rule("E017", "{} must be Lax or Strict.", "Other sites could act in a person's name.", _lax_cookies),
    Rule(
        "E018",
        "{} must be at least half a year under HTTPS.",
        "Leave it at its default.",
        when(
            name="SECURE_HSTS_SECONDS",
            wrong=lambda: settings.HTTPS and settings.SECURE_HSTS_SECONDS < 15_768_000,
        ),
    ),
    Rule(
        "E027",
        "{} must begin with __Host- under HTTPS.",
        "Leave its default: another host of the domain could plant a cookie of that name.",
        _shared_cookies,
    ),
    Rule("W007", "The origin {} is plain HTTP beside HTTPS.", "Name it with https://.", _plain_origins),
    Rule(
        "W008",
        "{} names no host of the outside.",
        "Name the host that people type.",
        when(
            name="ALLOWED_HOSTS",
            wrong=lambda: set(settings.ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"},
        ),
    ),
)
