"""What `make stack ARGS="product"` starts the product with."""

from pathlib import Path

import pytest

from tools.stack.product import OPENED, environment_of
from tools.stack.server import Place

SERVICES = {"OLLAMA_URL": "http://the-model-of-the-stack", "S3_REGION": "eu"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    known = {"secret_key": "a", "jwt_signing_key": "b"}
    return Place(tmp_path, tmp_path, {}, known, SERVICES, dict.fromkeys(OPENED, "127.0.0.1:1"))


def test_people_are_not_answered_by_the_model_that_is_there_for_its_protocol(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OLLAMA_URL", raising=False)
    given = environment_of(place)
    assert ("OLLAMA_URL" in given, given["S3_REGION"]) == (False, "eu")


def test_the_environment_wins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_URL", "http://a-model-for-people")
    monkeypatch.setenv("S3_REGION", "us")
    given = environment_of(place)
    assert (given["OLLAMA_URL"], given["S3_REGION"]) == ("http://a-model-for-people", "us")
