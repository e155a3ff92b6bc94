"""Objects in a bucket of S3, MinIO or what speaks like them.

Every write carries the SHA-256 of its content, which the server counts again before it takes the object, and
the condition under which it may be written. Whole contents in one request: they are texts and documents of a
few megabytes at most, and only such an object has an ETag that is known beforehand.
"""

import hashlib
import mimetypes
import os
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from config.kernel.objects.port import (
    LISTED_AT_ONCE,
    ObjectChangedError,
    ObjectDamagedError,
    ObjectStoreError,
    StoredObject,
)

_CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
_THERE_ALREADY = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}
_NAMES_TRIED = 5
_making = threading.Lock()


class BucketStorage(S3Storage):  # type: ignore[misc]  # its package has no types
    """One bucket; made on first use where preparation could not reach the server."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._made: dict[int, Any] = {}

    def prepare(self) -> bool:
        with _answers():
            try:
                self._client.head_bucket(Bucket=self.bucket_name)
            except ClientError as error:
                if _status(error) != 404:
                    raise
                return self._create()
        return False

    def put(self, name: str, content: bytes, *, replacing: str | None = None) -> None:
        condition = {"IfNoneMatch": "*"} if replacing is None else {"IfMatch": f'"{replacing}"'}
        with _answers():
            try:
                self._write(name, content, condition)
            except ClientError as error:
                if _code(error) in _CHANGED:
                    raise ObjectChangedError(name) from error
                raise

    def get(self, name: str) -> tuple[bytes, str] | None:
        with _answers():
            try:
                found = self._client.get_object(Bucket=self.bucket_name, Key=self._key(name))
            except ClientError as error:
                if _code(error) in {"NoSuchKey", "NoSuchBucket"}:
                    return None
                raise
            return found["Body"].read(), found["ETag"].strip('"')

    def listing(self, prefix: str = "") -> Iterator[StoredObject]:
        for page in self._pages(Prefix=prefix, PaginationConfig={"PageSize": LISTED_AT_ONCE}):
            for line in page.get("Contents", ()):
                yield StoredObject(line["Key"], line["ETag"].strip('"'))

    def folders(self) -> list[str]:
        pages = self._pages(Delimiter="/")
        return [line["Prefix"].rstrip("/") for page in pages for line in page.get("CommonPrefixes", ())]

    def remove(self, names: Sequence[str]) -> None:
        keys = [{"Key": self._key(name)} for name in names]
        for start in range(0, len(keys), LISTED_AT_ONCE):
            with _answers():
                wanted = {"Objects": keys[start : start + LISTED_AT_ONCE], "Quiet": True}
                answer = self._client.delete_objects(Bucket=self.bucket_name, Delete=wanted)
            if answer.get("Errors"):
                raise ObjectStoreError(details={"reason": answer["Errors"][0].get("Code", "")})

    def exists(self, name: str) -> bool:
        with _answers():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _answers():
            super().delete(name)

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _answers():
            return super()._open(name, mode)

    def _save(self, name: str, content: Any) -> str:
        """Store what Django's interface saves, as carefully as `put` does."""
        words = content.read()
        data = words.encode() if isinstance(words, str) else words
        condition = {} if self.file_overwrite else {"IfNoneMatch": "*"}
        wanted: str = clean_name(name)
        for _ in range(_NAMES_TRIED):
            try:
                with _answers():
                    self._write(wanted, data, condition)
            except ObjectStoreError as error:
                if error.details.get("reason") not in _CHANGED:
                    raise
                wanted = clean_name(self.get_available_name(name))
            else:
                return wanted
        raise ObjectChangedError(name)

    def _write(self, name: str, content: bytes, condition: dict[str, str]) -> None:
        fields: dict[str, Any] = {
            "Bucket": self.bucket_name,
            "Key": self._key(name),
            "Body": content,
            "ContentType": mimetypes.guess_type(name)[0] or self.default_content_type,
            "ChecksumSHA256": b64encode(hashlib.sha256(content).digest()).decode(),
            **condition,
        }
        try:
            self._client.put_object(**fields)
        except ClientError as error:
            if _code(error) != "NoSuchBucket":
                raise
            self._create()
            self._client.put_object(**fields)

    def _create(self) -> bool:
        place = {} if self.region_name in {None, "us-east-1"} else {"LocationConstraint": self.region_name}
        try:
            self._client.create_bucket(
                Bucket=self.bucket_name, **({"CreateBucketConfiguration": place} if place else {})
            )
        except ClientError as error:  # another replica was faster
            if _code(error) not in _THERE_ALREADY:
                raise
            return False
        return True

    def _pages(self, **options: Any) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, **options)
        with _answers():
            try:
                yield from pages
            except ClientError as error:
                if _code(error) != "NoSuchBucket":
                    raise

    def _key(self, name: str) -> str:
        key: str = self._normalize_name(clean_name(name))
        return key

    @property
    def _client(self) -> Any:
        """The process's client: it may be shared by threads, and takes half a second to make."""
        process = os.getpid()
        with _making:
            if process not in self._made:
                self._made[process] = self.connection.meta.client
            return self._made[process]


@contextmanager
def _answers() -> Iterator[None]:
    """Turn what the client raises into the error of the seam."""
    try:
        yield
    except ClientError as error:
        raise ObjectStoreError(details={"reason": _code(error)}) from error
    except FlexibleChecksumError as error:
        raise ObjectDamagedError(details={"reason": type(error).__name__}) from error
    except BotoCoreError as error:
        raise ObjectStoreError(details={"reason": type(error).__name__}) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
