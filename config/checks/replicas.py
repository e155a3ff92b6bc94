"""What replicas must share, and what must run beside them."""

from typing import Any

from django.conf import settings

from config.checks.rules import Rule, when

_MOST_PROXIES = 3
_PGBOUNCER_PORT = "6432"


def _unshared() -> list[str]:
    shared = {
        "DATABASE_URL": settings.DATABASE_URL,
        "REDIS_URL": settings.REDIS_URL,
        "S3_ENDPOINT_URL": settings.S3_ENDPOINT_URL,
        "WEAVIATE_URL": settings.WEAVIATE_URL,
    }
    return [name for name, value in shared.items() if not value]


def _is_one_bucket() -> bool:
    files, archive = (
        settings.STORAGES[name]["OPTIONS"].get("bucket_name") for name in ("default", "archive")
    )
    return files is not None and files == archive


def _may_be_a_pooler() -> bool:
    return not settings.DATABASE_POOLER and settings.DATABASES["default"].get("PORT") == _PGBOUNCER_PORT


def _is_talkative() -> bool:
    root: Any = settings.LOGGING["root"]
    return bool(root["level"] == "DEBUG")


RULES = (
    Rule(
        "E024",
        "{} needs DATABASE_URL: workers cannot share a SQLite file.",
        "Move to PostgreSQL first (`manage.py move_database`).",
        when(
            name="CELERY_BROKER_URL",
            wrong=lambda: bool(settings.CELERY_BROKER_URL) and not settings.DATABASE_URL,
        ),
    ),
    Rule(
        "E025",
        "{} are one bucket: files and the archive live by different rules.",
        "Give each its own.",
        when(name="S3_FILES_BUCKET and S3_ARCHIVE_BUCKET", wrong=_is_one_bucket),
    ),
    Rule(
        "E026",
        f"{{}} above {_MOST_PROXIES} lets a visitor choose the address that limits are counted by.",
        "Count the proxies that you run yourself.",
        when(name="TRUSTED_PROXIES", wrong=lambda: settings.TRUSTED_PROXIES > _MOST_PROXIES),
    ),
    Rule(
        "W017",
        "{} names port 6432, PgBouncer's: without DATABASE_POOLER, limits and cursors do not go through it.",
        "Set DATABASE_POOLER=true where it pools transactions.",
        when(name="DATABASE_URL", wrong=_may_be_a_pooler),
    ),
    Rule("W012", "{} is missing: a second replica would not see the first one's data.", "Set it.", _unshared),
    Rule(
        "W013",
        "{} is 0: behind a proxy all visitors would share its limits.",
        "Set it to the number of proxies in front.",
        when(name="TRUSTED_PROXIES", wrong=lambda: settings.TRUSTED_PROXIES == 0),
    ),
    Rule(
        "W014",
        "{} is off and no broker is set: nothing would carry turns to the archive and the graph.",
        "Set CELERY_BROKER_URL, or BACKGROUND_WORK=true.",
        when(
            name="BACKGROUND_WORK",
            wrong=lambda: not settings.BACKGROUND_WORK and not settings.CELERY_BROKER_URL,
        ),
    ),
    Rule(
        "W015",
        "{} is DEBUG: libraries write what people ask into the log.",
        "Set LOG_LEVEL=INFO.",
        when(name="LOG_LEVEL", wrong=_is_talkative),
    ),
    Rule(
        "W016",
        "{} is under five seconds: answers would be cut at every update.",
        "Leave its default.",
        when(name="DRAIN_SECONDS", wrong=lambda: settings.DRAIN_SECONDS < 5),
    ),
)
