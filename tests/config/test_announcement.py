"""What the start prints: the address, the demo's people, and the one setting that turns a model on."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from config import announcement, demo
from config.announcement import ready_text


def test_one_line_says_ready_with_the_address() -> None:
    lines = ready_text("http://localhost:8000", [], None).splitlines()
    assert any("ready" in line and "http://localhost:8000/" in line for line in lines)


def test_people_are_shown_with_their_passwords(settings: Any, tmp_path: Path) -> None:
    settings.SICHA_HOME, settings.DEMO = tmp_path, True
    passwords = demo.passwords()
    text = ready_text("http://localhost:8000", demo.known_accounts(), None)
    for username, password in passwords.items():
        assert username in text
        assert password in text


def test_passwords_are_made_once_and_for_the_owner_only(settings: Any, tmp_path: Path) -> None:
    settings.SICHA_HOME = tmp_path
    first = demo.passwords()
    assert demo.passwords() == first
    assert len(set(first.values())) == len(demo.PEOPLE)
    file = tmp_path / "secrets" / "demo_credentials"
    assert json.loads(file.read_text(encoding="utf-8")) == first
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_there_is_nobody_to_show_where_there_is_no_demo(settings: Any, tmp_path: Path) -> None:
    settings.SICHA_HOME, settings.DEMO = tmp_path, False
    demo.passwords()
    assert demo.known_accounts() == []


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    answers: dict[str, Any] = {"json": {"models": [{"name": "gemma3:4b"}, {"name": "other"}]}}

    def get(url: str, **options: Any) -> httpx.Response:
        if "error" in answers:
            raise answers["error"]
        return httpx.Response(200, json=answers["json"], request=httpx.Request("GET", url))

    monkeypatch.setattr("httpx.get", get)
    return answers


def test_a_local_model_is_offered(ollama: dict[str, Any], settings: Any) -> None:
    settings.OLLAMA_URL = ""
    text = ready_text("http://localhost:8000", [], announcement.local_ollama_model())
    assert "OLLAMA_URL=http://127.0.0.1:11434 OLLAMA_MODEL=gemma3:4b" in text


def test_a_configured_model_is_not_offered_again(ollama: dict[str, Any], settings: Any) -> None:
    settings.OLLAMA_URL = "http://elsewhere:11434"
    assert announcement.local_ollama_model() is None


@pytest.mark.parametrize("answer", [{"models": []}, {}, [], "text"])
def test_something_else_on_that_port_is_ignored(ollama: dict[str, Any], settings: Any, answer: Any) -> None:
    settings.OLLAMA_URL = ""
    ollama["json"] = answer
    assert announcement.local_ollama_model() is None


def test_nothing_on_that_port_is_no_error(ollama: dict[str, Any], settings: Any) -> None:
    settings.OLLAMA_URL = ""
    ollama["error"] = httpx.ConnectError("refused")
    assert announcement.local_ollama_model() is None
