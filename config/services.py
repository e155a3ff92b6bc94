"""From the URL of a service to Django's own setting for it: switched on by the URL, without falling back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.browser_packages.BrowserPackageFinder",
]
GROUP_EXPIRY_SECONDS = 10 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until PostgreSQL gives up a statement, its wait for a lock, an idle transaction; 0: never."""

    statement: int = 0
    lock: int = 0
    idle: int = 0

    def as_options(self) -> dict[str, str]:
        """Return it as libpq sends it; nothing at all where there is no limit, for poolers that know none."""
        limits = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        said = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds)
        return {"options": said} if said else {}


def database(
    url: str, *, home: Path, connections: int, patience: Patience | None = None, pooler: bool = False
) -> dict[str, Any]:
    """Return the database of `url`, a postgresql URL; SQLite in `home` for the empty one.

    A `pooler` such as PgBouncer gives every transaction another connection of the server: none carries limits
    of ours, and a cursor of the server would be gone after the first rows.
    """
    if not url:
        return _sqlite(home / "sicha.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.hostname or len(parts.path) < 2:
        raise ImproperlyConfigured("DATABASE_URL must be postgresql://user:password@host:port/name")
    return {
        "ENGINE": "config.kernel.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": str(parts.port or 5432),
        # The pool gives connections back at the end of a request; kept ones would leak under ASGI.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 2, "max_size": connections, "timeout": 3, "reconnect_timeout": 3},
            "connect_timeout": 2,
            # A host that is gone without a word is noticed within a quarter of a minute.
            "keepalives_idle": 5,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
            **(Patience() if pooler or patience is None else patience).as_options(),
            **dict(parse_qsl(parts.query)),
        },
        "DISABLE_SERVER_SIDE_CURSORS": pooler,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
        "CONN_MAX_AGE": 3600,  # what `refresh_statistics` has found is read when a connection opens
    }


def cache(redis_url: str) -> dict[str, Any]:
    """Return the cache in Redis, or in this process."""
    if not redis_url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "sicha",
        "OPTIONS": {
            "serializer": "config.cached_values.JSONSerializer",
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
        },
    }


def channel_layer(redis_url: str) -> dict[str, Any]:
    """Return the layer for signals between replicas; tokens never travel through it."""
    if not redis_url:
        # Its groups forget who joined a day ago; a process and a tab may hear for longer.
        return {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"group_expiry": GROUP_EXPIRY_SECONDS},
        }
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": redis_url, "socket_connect_timeout": 2}], "prefix": "sicha"},
    }


def language_model(
    *, ollama: dict[str, Any], compatible: dict[str, Any], quoting: dict[str, Any]
) -> dict[str, Any]:
    """Return the adapter that answers, with its options: the one with URL and model, else quotations."""
    backends = {
        "chatbot.llm.ollama.Ollama": ollama,
        "chatbot.llm.openai_compatible.OpenAICompatible": compatible,
    }
    for backend, options in backends.items():
        if options["base_url"] and options["model"]:
            return {"BACKEND": backend, "OPTIONS": options}
    return {"BACKEND": "chatbot.llm.extractive.Extractive", "OPTIONS": quoting}


def storage(endpoint: str, *, bucket: str, folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Return a bucket of an S3 service, or a folder."""
    if not endpoint:
        return {
            "BACKEND": "config.kernel.objects.files.FolderStorage",
            "OPTIONS": {"location": folder},
        }
    return {
        "BACKEND": "config.kernel.objects.s3.BucketStorage",
        "OPTIONS": {
            "endpoint_url": endpoint,
            "bucket_name": bucket,
            "client_config": _s3_client(),
            "default_acl": None,
            "querystring_auth": True,
            **options,
        },
    }


def _s3_client() -> Any:
    from botocore.config import Config  # a heavy import, for those who use it

    return Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        # Together at most half a minute, whatever the server does not do.
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 2},
        # Writes carry the checksum that we count; the client's own would need trailers, which a proxy that
        # guards an S3 server had better not let pass.
        request_checksum_calculation="when_required",
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """Where messages go; the console is the embedded default."""

    backend: str = "django.core.mail.backends.console.EmailBackend"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_ssl: bool = False
    use_tls: bool = False


def mail(url: str) -> Mail:
    """Return the mail server of smtp:// (STARTTLS with ?tls=true) or smtps://; the console for no URL."""
    if not url:
        return Mail()
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must be smtp://user:password@host:port or smtps://…")
    implicit = parts.scheme == "smtps"
    return Mail(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or (465 if implicit else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=implicit,
        use_tls=not implicit and dict(parse_qsl(parts.query)).get("tls") == "true",
    )


def logs(level: str) -> dict[str, Any]:
    """Return what is logged: one JSON object to a line, on the console; of chatty libraries only warnings."""
    chatty = ("uvicorn", "httpx", "daphne", "asyncio")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {name: {"level": "WARNING"} for name in chatty},
        "root": {"handlers": ["console"], "level": level},
    }
