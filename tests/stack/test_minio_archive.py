"""Archive, restore and reconcile on PostgreSQL and MinIO, by the commands that an operator runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.kernel.objects.s3 import BucketStorage
from tests.stack.archive_installation import Installation, installation

pytestmark = pytest.mark.stack
TURNS = 2 * 21
OBJECTS = TURNS + 2


@pytest.fixture
def talked(tmp_path: Path) -> Iterator[tuple[Installation, BucketStorage]]:
    """An installation in which people have talked, and nothing is archived yet."""
    with installation(tmp_path) as (found, archive):
        found.inside("talk")
        yield found, archive


def report(found: Installation, *options: str) -> Any:
    return json.loads(found.manage("reconcile", "--json", *options).stdout)


def test_the_archive_outlives_the_database(talked: tuple[Installation, BucketStorage]) -> None:
    found, archive = talked
    waiting = report(found)
    assert (waiting["exact"], waiting["on_the_way"]) == (True, OBJECTS)
    found.run("relay_outbox", "--once")
    assert report(found, "--deep") == {**report(found), "exact": True, "on_the_way": 0}
    assert len(list(archive.listing())) == OBJECTS
    before = found.inside("tell")
    found.lose_database()
    assert report(found)["differences"] == OBJECTS
    assert f"{TURNS // 2} turns restored" in found.run("restore")
    assert json.loads(found.inside("tell")) == json.loads(before)
    assert report(found, "--deep")["exact"]
    assert f"0 turns restored, {TURNS // 2} there already" in found.run("restore")


def test_what_differs_is_found_and_closed(talked: tuple[Installation, BucketStorage]) -> None:
    found, archive = talked
    found.run("relay_outbox", "--once")
    lost, changed, kept, *_others = [each for each in archive.listing() if "conversations" not in each.name]
    archive.remove([lost.name])
    archive.put(changed.name, b"{}", replacing=changed.tag)
    copy = archive.get(kept.name)
    assert copy is not None
    archive.put(kept.name.replace(Path(kept.name).stem, str(uuid4())), copy[0])
    assert found.manage("reconcile").returncode == 1
    differing = report(found)
    counts = {kind: sum(len(line[kind]) for line in differing["stores"]) for kind in ("missing", "extra")}
    assert counts == {"missing": 1, "extra": 1}
    assert differing["differences"] == 3
    found.run("reconcile", "--repair")
    found.run("relay_outbox", "--once")
    assert found.manage("reconcile", "--deep").returncode == 0
    assert len(list(archive.listing())) == OBJECTS


def test_a_bucket_that_is_lost_is_filled_again(talked: tuple[Installation, BucketStorage]) -> None:
    found, archive = talked
    found.run("relay_outbox", "--once")
    before = {each.name: each.tag for each in archive.listing()}
    archive.remove(list(before))
    archive.connection.meta.client.delete_bucket(Bucket=archive.bucket_name)
    assert report(found)["differences"] == OBJECTS
    found.run("reconcile", "--repair")
    found.run("relay_outbox", "--once")
    assert {each.name: each.tag for each in archive.listing()} == before
