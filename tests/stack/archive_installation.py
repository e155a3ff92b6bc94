"""An installation on PostgreSQL and MinIO of its own, run by its commands; and what is said in it.

`talk` and `tell` run inside of the installation: `manage.py shell` imports them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from config.kernel.objects.s3 import BucketStorage
from tests.object_stores import bucket_options, remove_bucket
from tests.real_servers import ROOT, stack_setting
from tests.stack.databases import drop

FOLLOWING = 20


@dataclass(frozen=True, slots=True)
class Installation:
    home: Path
    database: str
    archive: str
    files: str

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product; its exit code is for the caller to look at."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def run(self, *words: str) -> str:
        """Run a command that has to succeed; return what it wrote."""
        done = self.manage(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def inside(self, function: str) -> str:
        """Run a function of this module inside of the installation; return what it wrote."""
        return self.run(
            "shell", "-v", "0", "-c", f"from tests.stack.archive_installation import *; {function}()"
        )

    def lose_database(self) -> None:
        """Put an empty database in the place of the one that there is."""
        name = urlsplit(self.database).path[1:]
        with _server() as server:
            drop(server, name)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self.run("migrate", "-v", "0")

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "SICHA_HOME": str(self.home),
            "DATABASE_URL": self.database,
            "S3_ENDPOINT_URL": stack_setting("S3_ENDPOINT_URL"),
            "S3_ACCESS_KEY": stack_setting("S3_ACCESS_KEY"),
            "S3_SECRET_KEY": stack_setting("S3_SECRET_KEY"),
            "S3_ARCHIVE_BUCKET": self.archive,
            "S3_FILES_BUCKET": self.files,
            "EMBEDDINGS_BACKEND": "lexical",
            "DEMO": "false",
            "LOG_LEVEL": "ERROR",
        }


@contextmanager
def installation(home: Path) -> Iterator[tuple[Installation, BucketStorage]]:
    """Give an empty installation and its archive; nothing of it is left afterwards."""
    options = bucket_options()["OPTIONS"]
    archive = BucketStorage(**options)
    name = f"sicha_test_{uuid4().hex}"
    url = urlunsplit(urlsplit(stack_setting("DATABASE_URL"))._replace(path=f"/{name}"))
    made = Installation(home, url, options["bucket_name"], f"{options['bucket_name']}-f")
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        made.run("migrate", "-v", "0")
        yield made, archive
    finally:
        with _server() as server:
            drop(server, name)
        remove_bucket(archive)


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(stack_setting("DATABASE_URL"), autocommit=True) as server:
        yield server


def talk() -> None:
    """Let people of two organisations ask, judge, rename and delete."""
    from accounts.access import actor_of
    from tests.builders import make_organization, make_user

    for name in ("אופק", "גליל"):
        _talk(actor_of(make_user(organization=make_organization(name), password="!")))


def _talk(actor: Any) -> None:
    from conversations import organizing
    from tests.conversations import turns

    turn = turns.ask(actor, session_id="session123", client_id="key-1")
    turns.full_answer(turn)
    place = {"actor": actor, "conversation_id": turn.conversation_id}
    for number in range(FOLLOWING):
        turns.full_answer(turns.ask(text=f"ועוד {number}?", client_id=f"key{number}", **place))
    verdict = organizing.Verdict("down", "wrong", "לא נכון")
    organizing.rate_message(actor=actor, message_id=turn.answer_id, verdict=verdict)
    changes = organizing.ConversationChanges(title="שם חדש", pinned=True, archived=True)
    organizing.change_conversation(changes=changes, **place)
    gone = turns.talk(actor, "תימחק", "גם זו")
    organizing.delete_conversation(actor=actor, conversation_id=gone.conversation_id)


def tell() -> None:
    """Write everything that is kept of conversations that are not deleted."""
    from accounts.tenancy import system_scope
    from conversations.models import Citation, Conversation, Feedback, Message

    changing = {"lease_owner", "lease_expires_at", "stop_requested_at", "updated_at", "id"}
    with system_scope("comparison"):
        kept = Conversation.objects.filter(deleted_at=None)
        found = {
            "conversations": list(kept.order_by("pk").values()),
            "messages": list(Message.objects.filter(conversation__in=kept).order_by("pk").values()),
            "citations": list(Citation.objects.order_by("message", "number").values()),
            "verdicts": list(Feedback.objects.order_by("message", "user").values()),
        }
        ids = list(Message.objects.filter(conversation__in=kept).order_by("pk").values_list("pk", flat=True))
    told = {table: [_told(row, changing) for row in rows] for table, rows in found.items()}
    sys.stdout.write(json.dumps({**told, "ids": ids}, default=str, sort_keys=True))


def _told(row: dict[str, Any], changing: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in changing}
