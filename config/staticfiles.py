"""Static files under names that carry a hash of their content, so that browsers may keep them for ever, and
compressed once, when they are collected.

A style sheet that imports others becomes one file with them, and so do our ES modules (`script_packs`), so
that a page waits for few of them. There is no bundler; names in imports are rewritten to the hashed ones.
Every first start waits for all this, so that nothing is collected or compressed that no page asks for.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
from typing_extensions import override
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config import script_packs
from config.browser_packages import FOLDER

_Paths = dict[str, tuple[Any, str]]  # name -> storage and name in it
_OWN_STYLES = "css/"
_OWN_SCRIPTS = "js/*.js"
# Asked for by names that scripts compute, which are those without a hash.
_GRAMMARS = f"{FOLDER}highlight/"
_COMMENT_OR_INDENT = re.compile(r"/\*.*?\*/\s*|^\s+", re.MULTILINE | re.DOTALL)
_LARGE = 400_000  # bytes; only the documentation of the API has such files, and Brotli takes seconds for each
# Of sheets in the same folder or beneath it: their own addresses have to hold where the text is put.
_IMPORT = re.compile(r'^@import url\("([\w./-]+)"\);$', re.MULTILINE)

if TYPE_CHECKING:
    from django.core.files.base import File


class _Compressor(Compressor):  # type: ignore[misc]
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=5 if len(data) > _LARGE else 11))


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    support_js_module_import_aggregation = True
    # Searching other people's bundles for imports, of which they have none, takes most of the time.
    _js_module_import_aggregation_patterns = (
        _OWN_SCRIPTS,
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )
    manifest_strict = False  # `hashed_name` is strict itself, except for what pages can do without

    @override
    def post_process(self, paths: _Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Put style sheets and scripts together, then give all files their names."""
        whole = {} if dry_run else {**_sheets(paths), **_scripts(paths)}
        for name, text in whole.items():
            Path(self.path(name)).write_text(text, encoding="utf-8")
        yield from super().post_process(
            {**paths, **{name: (self, name) for name in whole}}, dry_run, **options
        )

    @override
    def hashed_name(
        self, name: str, content: "File[bytes] | None" = None, filename: str | None = None
    ) -> str:
        """Return the name with its hash. What a page can do without keeps its name where it is missing."""
        is_spare = name.startswith(FOLDER) or name.endswith(".map")
        if is_spare and content is None and not self.exists(filename or name):
            return name
        return str(super().hashed_name(name, content, filename))

    @override
    def create_compressor(self, **options: Any) -> Compressor:
        return _Compressor(**options)

    @override
    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages ask for: the files whose names have a hash."""
        replaced = {name for name in self.hashed_files if not name.startswith(_GRAMMARS)}
        yield from super().compress_files(set(paths) - replaced)


def _sheets(paths: _Paths) -> dict[str, str]:
    """Return the sheets that import others, with those in place."""
    whole = {name: _sheet(name, paths) for name in paths if name.startswith(_OWN_STYLES)}
    return {name: text for name, text in whole.items() if text != _text_of(name, paths)}


def _sheet(name: str, paths: _Paths) -> str:
    folder = posixpath.dirname(name)
    text = _text_of(name, paths)
    whole = _IMPORT.sub(lambda found: _sheet(posixpath.join(folder, found[1]), paths), text)
    return _COMMENT_OR_INDENT.sub("", whole) if whole != text else text


def _scripts(paths: _Paths) -> dict[str, str]:
    if script_packs.MAIN not in paths:
        return {}
    return script_packs.put_together(lambda name: _text_of(name, paths))


def _text_of(name: str, paths: _Paths) -> str:
    """Return a file as it was written, not as it was collected before."""
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
