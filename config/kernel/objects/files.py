"""Objects as files of a folder: the embedded adapter, for one process on one machine."""

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from config.kernel.objects.port import ObjectChangedError, StoredObject, content_tag

_writing = threading.Lock()


class FolderStorage(FileSystemStorage):
    """Files that appear whole: written beside their place, flushed to the disk, then moved there."""

    def prepare(self) -> bool:
        folder = Path(self.location)
        is_new = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        return is_new

    def put(self, name: str, content: bytes, *, replacing: str | None = None) -> None:
        path = Path(self.path(name))
        with _writing:
            if _tag(path) != replacing:
                raise ObjectChangedError(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}")
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)

    def get(self, name: str) -> tuple[bytes, str] | None:
        try:
            content = Path(self.path(name)).read_bytes()
        except FileNotFoundError:
            return None
        return content, content_tag(content)

    def listing(self, prefix: str = "") -> Iterator[StoredObject]:
        root = Path(self.location)
        for path in _files(root / prefix):
            yield StoredObject(path.relative_to(root).as_posix(), _tag(path) or "")

    def folders(self) -> list[str]:
        root = Path(self.location)
        return sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []

    def remove(self, names: Sequence[str]) -> None:
        for name in names:
            Path(self.path(name)).unlink(missing_ok=True)


def _tag(path: Path) -> str | None:
    try:
        return content_tag(path.read_bytes())
    except FileNotFoundError:
        return None


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder by name, without those that are being written."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _files(path)
        elif not path.name.startswith("."):
            yield path
