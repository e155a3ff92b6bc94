"""Secrets that others know, or could guess."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from django.conf import settings

from config.checks.rules import Rule, when

SECRET_LENGTH = 32
PASSWORD_LENGTH = 16
_OWN = ("SECRET_KEY", "JWT_SIGNING_KEY")
# What people leave in place, of this and of the services' own documentation; compared in lower case.
_KNOWN = {
    *("admin", "changeme", "change-me", "default", "guest", "minioadmin", "neo4j", "password"),
    *("postgres", "root", "secret", "sicha", "test", "weaviate"),
}
_EXAMPLES = ("changeme", "change-me", "django-insecure", "example", "your-secret", "replace-me", "insecure")


def _weak() -> list[str]:
    return [name for name in _OWN if len(_own(name)) < SECRET_LENGTH or len(set(_own(name))) < 8]


def _from_examples() -> list[str]:
    return [name for name in _OWN if any(word in _own(name).lower() for word in _EXAMPLES)]


def _own(name: str) -> str:
    return str(getattr(settings, name))


def service_passwords() -> Mapping[str, str]:
    """Return the passwords of the services that are configured, by the setting that carries them."""
    return dict(_service_passwords())


def _service_passwords() -> Iterator[tuple[str, str]]:
    if settings.DATABASE_URL:
        yield "DATABASE_URL", str(settings.DATABASES["default"]["PASSWORD"])
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        if getattr(settings, name):
            yield name, unquote(urlsplit(getattr(settings, name)).password or "")
    if settings.NEO4J_URI:
        yield "NEO4J_PASSWORD", settings.NEO4J_PASSWORD
    if settings.S3_ENDPOINT_URL:
        yield "S3_SECRET_KEY", str(settings.STORAGES["default"]["OPTIONS"].get("secret_key", ""))
    if settings.WEAVIATE_URL:
        yield "WEAVIATE_API_KEY", settings.WEAVIATE_API_KEY


def _missing() -> list[str]:
    return [name for name, password in service_passwords().items() if not password]


def _known() -> list[str]:
    return [name for name, password in service_passwords().items() if password.lower() in _KNOWN]


def _short() -> list[str]:
    return [
        name
        for name, password in service_passwords().items()
        if password and password.lower() not in _KNOWN and len(password) < PASSWORD_LENGTH
    ]


def _shared() -> list[str]:
    own = {_own(name) for name in _OWN}
    return [name for name, password in service_passwords().items() if password in own]


RULES = (
    Rule(
        "E005",
        "{} must be set in production: replicas share it.",
        "Give each replica the same value, by the variable or by a file (`…_FILE`).",
        lambda: settings.GENERATED_SECRETS,
    ),
    Rule(
        "E006",
        f"{{}} must have at least {SECRET_LENGTH} varied characters.",
        "`python -c 'import secrets; print(secrets.token_urlsafe(48))'` makes a good one.",
        _weak,
    ),
    Rule(
        "E007",
        "{} must differ.",
        "Who learns one of them must not be able to do what the other is for.",
        when(
            name="SECRET_KEY and JWT_SIGNING_KEY",
            wrong=lambda: bool(settings.SECRET_KEY == settings.JWT_SIGNING_KEY),
        ),
    ),
    Rule("E009", "{} is one of an example.", "Generate one of your own.", _from_examples),
    Rule("E010", "{} carries a password that everybody knows.", "Generate one at the service.", _known),
    Rule("E011", "{} carries the same secret as one of this product's own keys.", "Generate one.", _shared),
    Rule(
        "W002", "{} carries no password.", "Whoever reaches the service's port could read it all.", _missing
    ),
    Rule(
        "W003",
        f"{{}} carries a password of fewer than {PASSWORD_LENGTH} characters.",
        "Generate one.",
        _short,
    ),
)
