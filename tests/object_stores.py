"""Stores for the tests: a folder, and a bucket of the stack's own that is gone afterwards."""

from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from config import services
from config.kernel.objects.s3 import BucketStorage
from tests.real_servers import stack_setting


def bucket_options(**changes: Any) -> dict[str, Any]:
    """Return an entry of `settings.STORAGES`, as the product makes it: a new bucket on the real server."""
    options = {
        "access_key": stack_setting("S3_ACCESS_KEY"),
        "secret_key": stack_setting("S3_SECRET_KEY"),
        "region_name": "us-east-1",
        "file_overwrite": False,
    }
    return services.storage(
        stack_setting("S3_ENDPOINT_URL"),
        bucket=f"sicha-test-{uuid4()}",
        folder=Path(),
        options=options | changes,
    )


def remove_bucket(store: BucketStorage) -> None:
    """Delete a bucket with everything in it, and close the connection."""
    client = store.connection.meta.client
    store.remove([found.name for found in store.listing()])
    with suppress(client.exceptions.NoSuchBucket):
        client.delete_bucket(Bucket=store.bucket_name)
    client.close()
