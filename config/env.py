"""Strict, typed readers of the process environment; only `config.settings` calls them."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """Return the variable, stripped; `default` when unset or empty."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, *, default: bool) -> bool:
    """Return a truth value; raise ImproperlyConfigured for a word that is neither true nor false."""
    value = text(name).lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")


def integer(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    """Return a whole number of at least `minimum` and at most `maximum`."""
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None
    if number < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {number}")
    if maximum is not None and number > maximum:
        raise ImproperlyConfigured(f"{name} must be at most {maximum}, not {number}")
    return number


def choice(name: str, allowed: Sequence[str], default: str) -> str:
    """Return one of `allowed`."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def url(name: str, default: str = "", *, schemes: Sequence[str] = ("http", "https")) -> str:
    """Return an absolute URL without a trailing slash, or the empty default."""
    value = text(name, default).rstrip("/")
    if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).netloc):
        raise ImproperlyConfigured(f"{name} must be a {'/'.join(schemes)} URL, not {value!r}")
    return value


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return a comma-separated list without empty items."""
    value = text(name)
    return [item.strip() for item in value.split(",") if item.strip()] if value else list(default)


def secret(name: str) -> str:
    """Return a secret from NAME, or from the file that NAME_FILE points to."""
    path = text(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else text(name)


def local_origins(port: int) -> list[str]:
    """Return the origins of pages that this machine serves to itself."""
    return [f"http://{host}:{port}" for host in ("localhost", "127.0.0.1", "[::1]")]
