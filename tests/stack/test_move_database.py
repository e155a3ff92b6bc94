"""An embedded installation becomes one on PostgreSQL, MinIO and Weaviate, and answers as it did."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from config.kernel.objects.s3 import BucketStorage
from tests.e2e.servers import Product
from tests.object_stores import bucket_options, remove_bucket
from tests.real_servers import ROOT, stack_setting
from tests.stack.databases import own_database
from tests.stack.weaviate_server import weaviate_store

pytestmark = pytest.mark.stack
QUESTION = "כמה ימי חופשה מגיעים בשנה וכמה זמן מראש מגישים בקשה?"
MANAGER = "manager.demo"
SHARED = (
    *("S3_ENDPOINT_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY"),
    *("WEAVIATE_URL", "WEAVIATE_API_KEY", "WEAVIATE_GRPC_PORT"),
)
NEITHER = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}


def command(home: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start a command of the product, whose home this is."""
    given = {name: value for name, value in os.environ.items() if name not in NEITHER}
    own = {"SICHA_HOME": str(home), "PYTHONUNBUFFERED": "1", "LOG_LEVEL": "ERROR", "DEMO": "false"}
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**given, **own, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(home: Path, *words: str, **environment: str) -> tuple[int, str]:
    """Return exit code and words of a command that has ended."""
    with command(home, *words, **environment) as process:
        said, _ = process.communicate()
    return process.returncode, said


@dataclass(frozen=True, slots=True)
class Target:
    """Empty services, and the home of whoever serves on them."""

    home: Path
    environment: dict[str, str]

    def move(self, source: Path, **changes: str) -> tuple[int, str]:
        return run(self.home, "move_database", "--from", str(source), **{**self.environment, **changes})

    def rows(self, question: sql.SQL) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environment["DATABASE_URL"]) as database:
            return database.execute(question).fetchall()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of an embedded installation with the demo."""
    home = tmp_path_factory.mktemp("embedded")
    for words in (["migrate", "-v", "0"], ["seed_demo"]):
        code, said = run(home, *words, DEMO="true")
        assert code == 0, said
    return home


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    stores = [BucketStorage(**bucket_options()["OPTIONS"]) for _ in range(2)]
    environment = {
        "S3_FILES_BUCKET": stores[0].bucket_name,
        "S3_ARCHIVE_BUCKET": stores[1].bucket_name,
        **{setting: stack_setting(setting) for setting in SHARED},
    }
    with own_database() as url:
        made = Target(tmp_path, {"DATABASE_URL": url, **environment})
        try:
            yield made
            forget_vectors(made)
        finally:
            for store in stores:
                remove_bucket(store)


def forget_vectors(target: Target) -> None:
    store = weaviate_store()
    for (organization,) in target.rows(sql.SQL("SELECT id FROM accounts_organization")):
        store.remove_organization(organization)
    store.close()


class Visitor:
    """The demo's manager, at a running installation."""

    def __init__(self, product: Product, home: Path) -> None:
        password = json.loads((home / "secrets" / "demo_credentials").read_text(encoding="utf-8"))[MANAGER]
        self._client = httpx.Client(base_url=product.url, timeout=60)
        tokens = self._client.post("/login", json={"username": MANAGER, "password": password})
        self._client.headers["Authorization"] = f"Bearer {tokens.raise_for_status().json()['access']}"

    def __enter__(self) -> httpx.Client:
        return self._client

    def __exit__(self, *_error: object) -> None:
        self._client.close()


def ask(client: httpx.Client) -> dict[str, Any]:
    """Ask; return of the answer what does not depend on the moment."""
    answer: dict[str, Any] = client.post("/chat", json={"prompt": QUESTION}).raise_for_status().json()
    assert answer["status"] == "complete"
    sources = [(source["document"]["id"], source["passage"]["id"]) for source in answer["sources"]]
    return {"response": answer["response"], "citations": answer["citations"], "sources": sources}


def titles(client: httpx.Client) -> list[str]:
    found = client.get("/api/v1/conversations").raise_for_status().json()["results"]
    return [conversation["title"] for conversation in found]


def test_the_moved_demo_answers_the_same_question_alike(source: Path, target: Target) -> None:
    with Product(source, DEMO="true") as embedded, Visitor(embedded, source) as visitor:
        before, conversations = ask(visitor), titles(visitor)
    code, said = target.move(source)
    assert code == 0, said
    assert "the same number in both" in said
    assert "The rows have been moved already." in target.move(source)[1]
    with Product(target.home, **target.environment) as moved, Visitor(moved, source) as visitor:
        assert titles(visitor) == conversations
        assert ask(visitor) == before
    code, said = target.move(source)
    assert code == 1
    assert "not empty" in said


def test_a_move_that_was_killed_is_begun_again(source: Path, target: Target) -> None:
    code, said = run(target.home, "migrate", "-v", "0", **target.environment)
    assert code == 0, said
    with psycopg.connect(target.environment["DATABASE_URL"]) as other:
        other.execute("LOCK TABLE retrieval_passage IN SHARE MODE")  # so far it gets, and no further
        with command(target.home, "move_database", "--from", str(source), **target.environment) as move:
            assert move.stdout is not None
            assert any("retrieval.Document " in line for line in move.stdout)
            move.kill()
    assert target.rows(sql.SQL("SELECT count(*) FROM accounts_user")) == [(0,)]
    code, said = target.move(source)
    assert code == 0, said
    assert target.rows(sql.SQL("SELECT count(*) FROM accounts_user")) == [(3,)]


def test_new_rows_follow_those_that_came(source: Path, target: Target) -> None:
    assert target.move(source)[0] == 0
    highest = "SELECT (SELECT max(id) FROM auth_permission) < nextval('auth_permission_id_seq')"
    assert target.rows(sql.SQL(highest)) == [(True,)]


def test_a_storage_that_is_away_stops_the_move_before_any_row(source: Path, target: Target) -> None:
    code, said = target.move(source, S3_ENDPOINT_URL="http://127.0.0.1:9")
    assert code == 1
    assert "Traceback" not in said
    assert target.rows(sql.SQL("SELECT count(*) FROM accounts_user")) == [(0,)]


def test_a_folder_without_an_installation_is_an_error(tmp_path: Path, target: Target) -> None:
    code, said = target.move(tmp_path / "nothing")
    assert (code, "There is no embedded installation" in said) == (1, True)


def test_without_a_database_to_move_to_nothing_happens(source: Path) -> None:
    code, said = run(source, "move_database", "--from", str(source))
    assert (code, "DATABASE_URL" in said) == (1, True)
