"""Files, from the folders of the embedded installation to the configured storage, compared by hash."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.kernel.objects import ObjectChangedError, ObjectStore, object_store
from config.kernel.objects.files import FolderStorage
from config.moving.tables import MoveError

FOLDERS = {"default": "files", "archive": "archive"}  # storage: its folder in SICHA_HOME


@dataclass(frozen=True, slots=True)
class Storage:
    """One storage and how many of its files are in place now."""

    name: str
    files: int


def copy(home: Path) -> Iterator[Storage]:
    """Copy what is not there yet, then compare all; may be repeated.

    Raises MoveError when something else is in a file's place, ObjectStoreError when the storage is away.
    """
    for alias, folder in FOLDERS.items():
        source, target = FolderStorage(location=home / folder), object_store(alias)
        target.prepare()
        there = {stored.name: stored.tag for stored in target.listing()}
        names = {stored.name: stored.tag for stored in source.listing()}
        for name, tag in names.items():
            if there.get(name) != tag:
                _copy_file(source, target, name)
        yield Storage(alias, _verified(source, target, names))


def _copy_file(source: ObjectStore, target: ObjectStore, name: str) -> None:
    content = _content(source, name)
    try:
        target.put(name, content)
    except ObjectChangedError:
        if _content(target, name) != content:
            raise MoveError(f"Another file is at {name} already; the storage has to be empty.") from None


def _verified(source: ObjectStore, target: ObjectStore, names: dict[str, str]) -> int:
    """Count the files that are the same in both; a storage that encrypts lists no tags of contents."""
    there = {stored.name: stored.tag for stored in target.listing()}
    for name, tag in names.items():
        if there.get(name) != tag and _digest(source, name) != _digest(target, name):
            raise MoveError(f"{name} did not arrive as it is in the installation.")
    return len(names)


def _digest(store: ObjectStore, name: str) -> str:
    return hashlib.sha256(_content(store, name)).hexdigest()


def _content(store: ObjectStore, name: str) -> bytes:
    found = store.get(name)
    if found is None:
        raise MoveError(f"{name} is missing.")
    return found[0]
