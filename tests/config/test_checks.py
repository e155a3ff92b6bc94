"""The system checks stop a configuration that would do harm."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from config.checks import RULES

Change = Callable[..., None]
GOOD = "Zq8-vN4m_Lr2xK7w"


def found() -> set[str]:
    messages = run_checks(tags=["config"], include_deployment_checks=True)
    return {str(message.id) for message in messages}


def policy(**directives: list[str]) -> dict[str, Any]:
    closed = {name: ["'none'"] for name in ("default-src", "object-src", "base-uri", "frame-ancestors")}
    sources = {"script-src": ["'self'"], "style-src": ["'self'"]}
    return {
        "DIRECTIVES": closed | sources | {name.replace("_", "-"): given for name, given in directives.items()}
    }


PRODUCTION: dict[str, Any] = {
    "PRODUCTION": True,
    "DEBUG": False,
    "DEMO": False,
    "HTTPS": True,
    "REGISTRATION": "invite",
    "GENERATED_SECRETS": [],
    "SECRET_KEY": "k3yA-9xZqW" * 5,
    "JWT_SIGNING_KEY": "j3yB+8wXpV" * 5,
    "ALLOWED_HOSTS": ["chat.ofek.org"],
    "ALLOWED_ORIGINS": ["https://chat.ofek.org"],
    "TRUSTED_PROXIES": 1,
    "DATABASE_URL": "postgresql://…",
    "DATABASES": {"default": {"ENGINE": "", "HOST": "postgres", "PASSWORD": GOOD, "OPTIONS": {}}},
    "REDIS_URL": f"redis://:{GOOD}@redis:6379/0",
    "CELERY_BROKER_URL": f"redis://:{GOOD}@redis:6379/1",
    "NEO4J_URI": "bolt://neo4j:7687",
    "NEO4J_PASSWORD": GOOD,
    "WEAVIATE_URL": "http://weaviate:8080",
    "WEAVIATE_API_KEY": GOOD,
    "S3_ENDPOINT_URL": "http://minio:9000",
    "STORAGES": {
        "default": {"OPTIONS": {"secret_key": GOOD, "bucket_name": "files"}},
        "archive": {"OPTIONS": {"secret_key": GOOD, "bucket_name": "archive"}},
    },
    "EMAIL_HOST": "mail.ofek.org",
    "EMAIL_USE_TLS": True,
    "DEFAULT_FROM_EMAIL": "sicha@ofek.org",
    "SESSION_COOKIE_NAME": "__Host-sessionid",
    "CSRF_COOKIE_NAME": "__Host-csrftoken",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"],
}


@pytest.fixture
def change() -> Iterator[Change]:
    """Change settings for the checks alone: nothing else is told, so that connections and storages stay."""
    with pytest.MonkeyPatch.context() as patch:

        def change(**changes: Any) -> None:
            for name, value in changes.items():
                patch.setattr(settings, name, value, raising=False)

        yield change


@pytest.fixture
def production(change: Change) -> Change:
    change(**PRODUCTION)
    return change


def test_the_embedded_configuration_is_clean() -> None:
    assert found() == set()


def test_an_ollama_that_only_embeds_is_enough(change: Change) -> None:
    ollama = {"OLLAMA_URL": "http://o", "EMBEDDINGS_BACKEND": "ollama", "OLLAMA_EMBED_MODEL": "bge-m3"}
    change(**ollama)
    assert found() == set()


def test_a_production_configuration_can_be_clean(production: Change) -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"OLLAMA_URL": "http://o", "OLLAMA_MODEL": ""}, "config.E001"),
        ({"OLLAMA_URL": "", "OLLAMA_MODEL": "gemma"}, "config.E001"),
        ({"OPENAI_BASE_URL": "http://v/v1"}, "config.E001"),
        ({"OPENAI_MODEL": "gemma"}, "config.E001"),
        ({"EMBEDDINGS_BACKEND": "ollama", "OLLAMA_EMBED_MODEL": "bge-m3"}, "config.E001"),
        ({"EMBEDDINGS_BACKEND": "ollama", "OLLAMA_URL": "http://o", "OLLAMA_MODEL": "gemma"}, "config.E001"),
        ({"OLLAMA_MODEL": "gemma", "OPENAI_MODEL": "gemma"}, "config.E008"),
        ({"OUTBOX_ROUTES": {"turn.closed": ["nowhere.at.all"]}}, "config.E002"),
        ({"WEBHOOK_NETWORKS": ["10.1.2.0/24", "10.1.2.3/24"]}, "config.E028"),
        ({"WEBHOOK_NETWORKS": ["the office"]}, "config.E028"),
        ({"ALLOWED_HOSTS": ["*"]}, "config.E003"),
        ({"ALLOWED_HOSTS": [".example.com"]}, "config.E003"),
        ({"CORS_ALLOWED_ORIGINS": ["https://*.example.com"]}, "config.E003"),
    ],
)
def test_it_is_refused_everywhere(change: Change, changes: dict[str, Any], complaint: str) -> None:
    change(**changes)
    assert complaint in found()


LIMITS = ("login_account", "login_address", "register_address", "reset_address")
FAILING: list[tuple[str, dict[str, Any]]] = [
    ("E004", {"DEBUG": True}),
    ("E005", {"GENERATED_SECRETS": ["SECRET_KEY"]}),
    ("E006", {"SECRET_KEY": "short"}),
    ("E006", {"JWT_SIGNING_KEY": "a" * 64}),
    ("E007", {"SECRET_KEY": "same-Key1" * 5, "JWT_SIGNING_KEY": "same-Key1" * 5}),
    ("E009", {"SECRET_KEY": "django-insecure-" + "x7Yq" * 10}),
    ("E009", {"JWT_SIGNING_KEY": "Your-Secret-goes-here-" + "x7Yq" * 10}),
    ("E010", {"NEO4J_PASSWORD": "neo4j"}),
    (
        "E010",
        {"STORAGES": {name: {"OPTIONS": {"secret_key": "minioadmin"}} for name in ("default", "archive")}},
    ),
    ("E010", {"REDIS_URL": "redis://:changeme@redis:6379/0"}),
    ("E011", {"NEO4J_PASSWORD": PRODUCTION["SECRET_KEY"]}),
    ("E012", {"OPENAI_BASE_URL": "http://models.ofek.org/v1", "OPENAI_MODEL": "m", "OPENAI_API_KEY": GOOD}),
    ("E013", {"ALLOWED_ORIGINS": ["https://chat.ofek.org/"]}),
    ("E013", {"ALLOWED_ORIGINS": ["chat.ofek.org"]}),
    ("E013", {"CORS_ALLOWED_ORIGINS": ["https://Chat.ofek.org"]}),
    ("E014", {"CONTENT_SECURITY_POLICY": policy(script_src=["'self'", "'unsafe-inline'"])}),
    ("E014", {"CONTENT_SECURITY_POLICY": policy(style_src=["*"])}),
    ("E015", {"CONTENT_SECURITY_POLICY": policy(frame_ancestors=["'self'"])}),
    ("E016", {"SESSION_COOKIE_SECURE": False}),
    ("E016", {"SESSION_COOKIE_HTTPONLY": False}),
    ("E017", {"CSRF_COOKIE_SAMESITE": "None"}),
    ("E018", {"SECURE_HSTS_SECONDS": 60}),
    ("E019", {"DEMO": True}),
    ("E020", {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}),
    ("E021", {"ACCESS_TOKEN_LIFETIME": timedelta(hours=1)}),
    ("E021", {"PASSWORD_RESET_TIMEOUT": 3 * 24 * 3600}),
    ("E022", {"SIMPLE_JWT": {"ALGORITHM": "none"}}),
    ("E023", {"RATE_LIMITS": dict.fromkeys(LIMITS, (10, 300)) | {"login_account": (1000, 300)}}),
    ("E024", {"DATABASE_URL": ""}),
    ("E025", {"STORAGES": {name: {"OPTIONS": {"bucket_name": "one"}} for name in ("default", "archive")}}),
    ("E026", {"TRUSTED_PROXIES": 9}),
    ("E027", {"SESSION_COOKIE_NAME": "sessionid"}),
    ("E027", {"CSRF_COOKIE_NAME": "csrftoken"}),
    ("W001", {"HTTPS": False}),
    ("W002", {"WEAVIATE_API_KEY": ""}),
    ("W002", {"CELERY_BROKER_URL": "redis://redis:6379/1"}),
    ("W003", {"NEO4J_PASSWORD": "Zq8-vN4m"}),
    (
        "W004",
        {"DATABASES": {"default": {"ENGINE": "", "HOST": "db.ofek.org", "PASSWORD": GOOD, "OPTIONS": {}}}},
    ),
    ("W005", {"REDIS_URL": f"redis://:{GOOD}@10.0.0.7:6379/0"}),
    ("W005", {"NEO4J_URI": "bolt://graph.ofek.org:7687"}),
    ("W006", {"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}),
    ("W007", {"ALLOWED_ORIGINS": ["http://chat.ofek.org"]}),
    ("W008", {"ALLOWED_HOSTS": ["localhost", "127.0.0.1"]}),
    ("W009", {"REGISTRATION": "open"}),
    ("W010", {"EMAIL_HOST": ""}),
    ("W011", {"DEFAULT_FROM_EMAIL": "sicha@localhost"}),
    ("W012", {"REDIS_URL": ""}),
    ("W013", {"TRUSTED_PROXIES": 0}),
    ("W014", {"BACKGROUND_WORK": False, "CELERY_BROKER_URL": ""}),
    ("W015", {"LOGGING": {"root": {"level": "DEBUG"}}}),
    ("W017", {"DATABASES": {"default": {**PRODUCTION["DATABASES"]["default"], "PORT": "6432"}}}),
    ("W016", {"DRAIN_SECONDS": 1}),
]


@pytest.mark.parametrize(("number", "changes"), FAILING)
def test_it_is_told_in_production(production: Change, number: str, changes: dict[str, Any]) -> None:
    production(**changes)
    assert f"config.{number}" in found()


def test_every_rule_has_something_that_breaks_it() -> None:
    assert {rule.number for rule in RULES} == {number for number, _ in FAILING}
    assert len({rule.number for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "redis"])
def test_what_stays_on_the_machine_needs_no_encryption(production: Change, host: str) -> None:
    production(REDIS_URL=f"redis://:{GOOD}@{host}:6379/0")
    assert found() == set()


def test_an_error_stops_the_command_that_would_start(production: Change) -> None:
    production(NEO4J_PASSWORD="neo4j")
    with pytest.raises(CommandError, match="everybody knows"):
        call_command("check", "--tag", "config")


def test_no_message_repeats_a_secret(production: Change) -> None:
    production(SECRET_KEY="changeme", JWT_SIGNING_KEY="changeme", NEO4J_PASSWORD="changeme")
    messages = run_checks(tags=["config"], include_deployment_checks=True)
    assert messages
    assert not any("changeme" in f"{message.msg} {message.hint}" for message in messages)
