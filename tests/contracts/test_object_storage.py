"""What every object store promises: a folder, and a bucket on a real server."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.base import ContentFile

from config import services
from config.kernel.objects import ObjectChangedError, ObjectStoreError, content_tag
from config.kernel.objects.files import FolderStorage
from config.kernel.objects.s3 import BucketStorage
from tests.object_stores import bucket_options, remove_bucket

NAME = "ארגון/2026/11/24/תשובה.json"
WORDS = "תשובה".encode()


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.stack)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "folder":
        yield FolderStorage(location=tmp_path / "archive")
        return
    found = BucketStorage(**bucket_options()["OPTIONS"])
    yield found
    remove_bucket(found)


@pytest.fixture
def bucket() -> Iterator[BucketStorage]:
    found = BucketStorage(**bucket_options()["OPTIONS"])
    yield found
    remove_bucket(found)


def test_it_is_prepared_once(store: Any) -> None:
    assert store.prepare() is True
    assert store.prepare() is False


def test_nothing_is_in_a_store_that_was_never_prepared(store: Any) -> None:
    assert store.get(NAME) is None
    assert list(store.listing()) == []
    assert store.folders() == []


def test_an_object_is_what_was_put(store: Any) -> None:
    store.put(NAME, WORDS)
    assert store.get(NAME) == (WORDS, content_tag(WORDS))
    assert store.exists(NAME)
    with store.open(NAME) as file:
        assert file.read() == WORDS


def test_a_second_object_of_that_name_is_refused(store: Any) -> None:
    store.put(NAME, WORDS)
    with pytest.raises(ObjectChangedError):
        store.put(NAME, b"other")
    with pytest.raises(ObjectChangedError):
        store.put(NAME, WORDS)
    assert store.get(NAME) == (WORDS, content_tag(WORDS))


def test_a_version_is_replaced_by_its_tag(store: Any) -> None:
    store.put(NAME, WORDS)
    store.put(NAME, b"second", replacing=content_tag(WORDS))
    assert store.get(NAME) == (b"second", content_tag(b"second"))


def test_another_version_than_the_known_one_stays(store: Any) -> None:
    store.put(NAME, WORDS)
    with pytest.raises(ObjectChangedError):
        store.put(NAME, b"second", replacing=content_tag(b"never there"))
    assert store.get(NAME) == (WORDS, content_tag(WORDS))


def test_nothing_is_replaced_where_nothing_is(store: Any) -> None:
    store.prepare()
    with pytest.raises(ObjectChangedError):
        store.put(NAME, WORDS, replacing=content_tag(WORDS))
    assert store.get(NAME) is None


def test_of_writers_at_once_one_wins(store: Any) -> None:
    store.prepare()
    gate = Barrier(4, timeout=20)

    def write(number: int) -> bool:
        gate.wait()
        try:
            store.put(NAME, f"writer {number}".encode())
        except ObjectChangedError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(write, range(4)))
    assert won.count(True) == 1
    found = store.get(NAME)
    assert found is not None
    assert found[0] == f"writer {won.index(True)}".encode()


def test_a_listing_has_names_and_tags_in_order(store: Any) -> None:
    for name in ("b/2026/02.json", "a/2026/01.json", "a/2026/03.json", "ab/1.json"):
        store.put(name, name.encode())
    assert [(found.name, found.tag) for found in store.listing("a/")] == [
        ("a/2026/01.json", content_tag(b"a/2026/01.json")),
        ("a/2026/03.json", content_tag(b"a/2026/03.json")),
    ]
    assert [found.name for found in store.listing()][-1] == "b/2026/02.json"
    assert store.folders() == ["a", "ab", "b"]


def test_a_listing_goes_on_over_pages(store: Any) -> None:
    with patch("config.kernel.objects.s3.LISTED_AT_ONCE", 2):
        for number in range(5):
            store.put(f"a/{number}", b"")
        assert [found.name for found in store.listing("a/")] == [f"a/{number}" for number in range(5)]
        store.remove([f"a/{number}" for number in range(5)])
    assert list(store.listing("a/")) == []


def test_removing_what_is_not_there_does_not_matter(store: Any) -> None:
    store.put(NAME, WORDS)
    store.remove([NAME, "never/there.json"])
    store.remove([NAME])
    assert store.get(NAME) is None


def test_what_is_saved_by_djangos_interface_keeps_the_name_to_itself(store: Any) -> None:
    first = store.save("a/נוהל.txt", ContentFile(b"one"))
    second = store.save("a/נוהל.txt", ContentFile(b"two"))
    assert first != second
    contents = [store.get(name) for name in (first, second)]
    assert [found and found[0] for found in contents] == [b"one", b"two"]


def test_a_server_that_is_away_is_an_error_of_the_seam() -> None:
    options = services.storage("http://127.0.0.1:9", bucket="none", folder=Path(), options={})["OPTIONS"]
    away = BucketStorage(**options, access_key="a", secret_key="b", region_name="us-east-1")
    for call in (away.prepare, lambda: away.get(NAME), lambda: list(away.listing())):
        with pytest.raises(ObjectStoreError) as raised:
            call()
        assert raised.value.details == {"reason": "EndpointConnectionError"}
    with pytest.raises(ObjectStoreError):
        away.put(NAME, WORDS)
    away.connection.meta.client.close()


@pytest.mark.stack
def test_the_server_counts_the_hash_of_what_it_takes(bucket: BucketStorage) -> None:
    bucket.put(NAME, WORDS)
    head = bucket.connection.meta.client.head_object(
        Bucket=bucket.bucket_name, Key=NAME, ChecksumMode="ENABLED"
    )
    assert head["ChecksumSHA256"] == b64encode(hashlib.sha256(WORDS).digest()).decode()
    assert head["ContentType"] == "application/json"


@pytest.mark.stack
def test_the_server_refuses_an_object_that_was_changed_on_its_way(bucket: BucketStorage) -> None:
    bucket.prepare()
    wrong = hashlib.sha256(b"something else")
    with (
        patch("config.kernel.objects.s3.hashlib.sha256", return_value=wrong),
        pytest.raises(ObjectStoreError) as raised,
    ):
        bucket.put(NAME, WORDS)
    assert raised.value.details == {"reason": "XAmzContentChecksumMismatch"}
    assert bucket.get(NAME) is None


@pytest.mark.stack
def test_a_wrong_key_is_told_by_its_reason(bucket: BucketStorage) -> None:
    foreign = BucketStorage(**bucket_options(secret_key="wrong-key")["OPTIONS"])
    with pytest.raises(ObjectStoreError) as raised:
        foreign.get(NAME)
    assert raised.value.details == {"reason": "SignatureDoesNotMatch"}
    foreign.connection.meta.client.close()


@pytest.mark.stack
def test_two_uploads_of_one_name_at_once_are_two_files(bucket: BucketStorage) -> None:
    """Whoever asks whether the name is free and is answered yes may still come second."""
    bucket.put("a/file.txt", b"first")
    with patch.object(bucket, "exists", side_effect=[False, True, False]):
        saved = bucket.save("a/file.txt", ContentFile(b"second"))
    assert saved != "a/file.txt"
    assert bucket.get("a/file.txt") == (b"first", content_tag(b"first"))
