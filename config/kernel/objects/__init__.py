"""Object storage: whole objects under names, in a folder or in a bucket.

Both adapters are Django storages, named in `settings.STORAGES`. What Django's interface lacks is in `port`:
a write that happens only if nobody else wrote meanwhile, and a listing that tells one version from another.
"""

from typing import cast

from django.core.files.storage import storages

from config.kernel.objects.port import (
    ObjectChangedError,
    ObjectDamagedError,
    ObjectStore,
    ObjectStoreError,
    StoredObject,
    content_tag,
)

__all__ = [
    "ObjectChangedError",
    "ObjectDamagedError",
    "ObjectStore",
    "ObjectStoreError",
    "StoredObject",
    "content_tag",
    "object_store",
]


def object_store(alias: str) -> ObjectStore:
    """Return a storage of `settings.STORAGES` by its alias."""
    return cast(ObjectStore, storages[alias])
