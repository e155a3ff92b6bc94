"""What an object store promises; both adapters pass `tests/contracts/test_object_storage.py`."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from config.kernel.errors import ServiceUnavailableError

LISTED_AT_ONCE = 1000


class ObjectStoreError(ServiceUnavailableError):
    """The store is away, or refuses; the kind of refusal is in the details."""

    code = "object_storage_unavailable"


class ObjectDamagedError(ObjectStoreError):
    """What arrived is not what was stored."""


class ObjectChangedError(Exception):
    """Another version is there than the one that was to be replaced; the name is the message."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A line of a listing. `tag` is that of the content (`content_tag`), unless the store encrypts with keys
    of its own or joined parts: then it only tells versions apart.
    """

    name: str
    tag: str


def content_tag(content: bytes) -> str:
    """Return the MD5 of a content: what S3 lists as ETag, so that many objects are compared unread.

    It tells versions apart; that an object is whole is for the SHA-256 to say.
    """
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


class ObjectStore(Protocol):
    """Names are relative paths with `/`. Every function raises ObjectStoreError while the store is away."""

    def prepare(self) -> bool:
        """Create the bucket or folder; return whether it is new."""

    def put(self, name: str, content: bytes, *, replacing: str | None = None) -> None:
        """Write a whole object or nothing, in place of the version with the tag `replacing`; None: of none.

        Raises ObjectChangedError when something else is there, and writes nothing then.
        """

    def get(self, name: str) -> tuple[bytes, str] | None:
        """Return content and tag of an object, None when there is none; raises ObjectDamagedError where the
        store can tell that it was damaged on the disk or on its way.
        """

    def listing(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose names begin with `prefix`, which is empty or ends with `/`, by name."""

    def folders(self) -> list[str]:
        """Return the first parts of all names that have several."""

    def remove(self, names: Sequence[str]) -> None:
        """Delete objects; those that are not there do not matter."""
