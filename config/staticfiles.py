"""Static files under names that carry a hash of their content, so that browsers may keep them for ever, and
compressed once, when they are collected.

Imports between our own ES modules are rewritten to the hashed names; there is no bundler. A style sheet that
imports others becomes one file with them, so that a page waits for few of them.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.browser_packages import FOLDER

_OWN_STYLES = "css/"
# Of sheets in the same folder or beneath it: their own addresses have to hold where the text is put.
_IMPORT = re.compile(r'^@import url\("([\w./-]+)"\);$', re.MULTILINE)

if TYPE_CHECKING:
    from django.core.files.base import File


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    support_js_module_import_aggregation = True
    manifest_strict = False  # `hashed_name` is strict itself, except for what pages can do without

    @override
    def post_process(
        self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Put style sheets together, then give all files their names."""
        own = [name for name in paths if name.startswith(_OWN_STYLES) and not dry_run]
        whole = {name: (self, name) for name in own if self._put_together(name, paths)}
        yield from super().post_process({**paths, **whole}, dry_run, **options)

    def _put_together(self, name: str, paths: dict[str, tuple[Any, str]]) -> bool:
        """Write what a sheet imports into its place, and return whether it imports anything."""
        source, folder = _text_of(name, paths), posixpath.dirname(name)
        text = _IMPORT.sub(lambda found: _text_of(posixpath.join(folder, found[1]), paths), source)
        if text != source:
            Path(self.path(name)).write_text(text, encoding="utf-8")
        return text != source

    @override
    def hashed_name(
        self, name: str, content: "File[bytes] | None" = None, filename: str | None = None
    ) -> str:
        """Return the name with its hash. What a page can do without keeps its name where it is missing."""
        if name.startswith(FOLDER) and content is None and not self.exists(filename or name):
            return name
        return str(super().hashed_name(name, content, filename))


def _text_of(name: str, paths: dict[str, tuple[Any, str]]) -> str:
    """Return a file as it was written, not as it was collected before."""
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
