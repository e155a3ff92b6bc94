"""The system checks stop a configuration that would do harm."""

from typing import Any

import pytest
from django.core.checks import run_checks


def found(settings: Any, **changes: Any) -> set[str]:
    for name, value in changes.items():
        setattr(settings, name, value)
    return {str(message.id) for message in run_checks(tags=["config"])}


@pytest.fixture
def production(settings: Any) -> Any:
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.HTTPS = True
    settings.GENERATED_SECRETS = []
    settings.SECRET_KEY = "k3yA-9xZqW" * 5
    settings.JWT_SIGNING_KEY = "j3yB+8wXpV" * 5
    return settings


def test_the_embedded_configuration_is_clean(settings: Any) -> None:
    assert found(settings) == set()


def test_an_ollama_that_only_embeds_is_enough(settings: Any) -> None:
    ollama = {"OLLAMA_URL": "http://o", "EMBEDDINGS_BACKEND": "ollama", "OLLAMA_EMBED_MODEL": "bge-m3"}
    assert found(settings, **ollama) == set()


def test_a_production_configuration_can_be_clean(production: Any) -> None:
    assert found(production) == set()


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
        ({"ALLOWED_HOSTS": ["*"]}, "config.E003"),
        ({"ALLOWED_HOSTS": [".example.com"]}, "config.E003"),
        ({"CORS_ALLOWED_ORIGINS": ["https://*.example.com"]}, "config.E003"),
    ],
)
def test_it_is_refused_everywhere(settings: Any, changes: dict[str, Any], complaint: str) -> None:
    assert complaint in found(settings, **changes)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"DEBUG": True}, "config.E004"),
        ({"GENERATED_SECRETS": ["SECRET_KEY"]}, "config.E005"),
        ({"SECRET_KEY": "short"}, "config.E006"),
        ({"JWT_SIGNING_KEY": "a" * 64}, "config.E006"),
        ({"SECRET_KEY": "same-Key1" * 5, "JWT_SIGNING_KEY": "same-Key1" * 5}, "config.E007"),
        ({"HTTPS": False}, "config.W001"),
    ],
)
def test_it_is_refused_in_production(production: Any, changes: dict[str, Any], complaint: str) -> None:
    assert complaint in found(production, **changes)
