"""The commands that README shows, run word for word against the server that README starts."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "curl" in block]
PUBLISHED_ADDRESS = "http://localhost:8000"

pytestmark = pytest.mark.e2e


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the product as `make run` does, in a home of its own; it must end cleanly."""
    port, home = free_port(), tmp_path_factory.mktemp("home")
    environment = {**os.environ, "PORT": str(port), "SICHA_HOME": str(home)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)  # the product's own settings, not those of the tests
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--prepare"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, encoding="utf-8") as server:
        assert server.stdout is not None
        said = []
        for line in server.stdout:
            said.append(line)
            if "is ready" in line:
                break
        else:
            pytest.fail("".join(said))
        yield f"http://localhost:{port}"
        server.terminate()
        server.communicate(timeout=60)
    assert server.returncode == 0


@pytest.fixture(scope="module")
def answers(address: str) -> list[dict[str, Any]]:
    """Run all the commands in one shell, in their order; return what each of them printed."""
    script = "\necho\n".join(["set -euo pipefail", *COMMANDS])
    script = script.replace(PUBLISHED_ADDRESS, address)
    result = subprocess.run(["bash", "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines() if line.strip()]


def test_registering_makes_the_manager_of_a_new_organisation(answers: list[dict[str, Any]]) -> None:
    assert answers[0]["status"] == "active"
    assert answers[0]["access"]


def test_a_document_is_accepted(answers: list[dict[str, Any]]) -> None:
    assert answers[1]["id"]


def test_the_question_is_answered_with_a_citation_in_the_named_session(answers: list[dict[str, Any]]) -> None:
    answer = answers[2]
    assert answer["session_id"] == "session123"
    assert answer["status"] == "complete"
    assert "18" in answer["response"]
    assert answer["citations"][0]["number"] == 1
