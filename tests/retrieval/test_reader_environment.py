"""The process that reads a stranger's file is told nothing that it does not need."""

import os
import subprocess
from typing import Any

import pytest

from retrieval.extract import extract
from tests.retrieval.made_files import GOOD_PDF


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot do without")
def test_it_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-of-the-environment")
    started: list[Any] = []
    start = subprocess.Popen

    def watched(*arguments: Any, **options: Any) -> Any:
        started.append(options["env"])
        return start(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", watched)
    assert extract(GOOD_PDF, filename="a.pdf").text
    assert len(started) == 1
    assert "canary-of-the-environment" not in started[0].values()
