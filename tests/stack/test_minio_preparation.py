"""Buckets on a real MinIO: there when the product starts, and after somebody took them away."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.core.files.storage import storages

from config.kernel.objects import object_store
from config.kernel.objects.s3 import BucketStorage
from config.preparation import create_buckets
from tests.object_stores import bucket_options, remove_bucket
from tests.real_servers import stack_setting

pytestmark = pytest.mark.stack


@pytest.fixture(autouse=True)
def on_minio(settings: Any) -> Iterator[None]:
    settings.S3_ENDPOINT_URL = stack_setting("S3_ENDPOINT_URL")
    settings.STORAGES = settings.STORAGES | {"default": bucket_options(), "archive": bucket_options()}
    made = [cast(BucketStorage, storages[alias]) for alias in ("default", "archive")]
    yield
    for each in made:
        remove_bucket(each)


def test_preparation_creates_both_buckets_once() -> None:
    said: list[str] = []
    create_buckets(said.append)
    assert said == [
        "Object storage: created the bucket of uploaded files",
        "Object storage: created the bucket of the archive",
    ]
    create_buckets(said.append)
    assert len(said) == 2


def test_preparation_goes_on_without_a_server(settings: Any) -> None:
    away = bucket_options()
    away["OPTIONS"]["endpoint_url"] = "http://127.0.0.1:9"
    settings.STORAGES = settings.STORAGES | {"default": away}
    said: list[str] = []
    create_buckets(said.append)
    assert said == ["Object storage: does not answer (EndpointConnectionError); going on without it"]


def test_a_write_creates_the_bucket_that_is_missing() -> None:
    object_store("archive").put("a/1.json", b"{}")
    assert object_store("archive").get("a/1.json") is not None
