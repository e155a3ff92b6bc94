"""Other people's code and type in our pages: single files of locked npm packages, served under `vendor/`.

`package-lock.json` fixes what they are, and the set-up installs them into `node_modules`. Pages do without
what is missing: text in the system's face, answers without their formatting while they are being written.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from typing_extensions import override

FOLDER = "vendor/"
_HEEBO = "@fontsource-variable/heebo/files/heebo"
_CODE = "@highlightjs/cdn-assets/es"
LANGUAGES = [
    "bash",
    "c",
    "cpp",
    "csharp",
    "css",
    "diff",
    "dockerfile",
    "go",
    "ini",
    "java",
    "javascript",
    "json",
    "kotlin",
    "markdown",
    "php",
    "powershell",
    "python",
    "ruby",
    "rust",
    "sql",
    "typescript",
    "xml",
    "yaml",
]
FILES = {
    f"{FOLDER}heebo-hebrew.woff2": f"{_HEEBO}-hebrew-wght-normal.woff2",
    f"{FOLDER}heebo-latin.woff2": f"{_HEEBO}-latin-wght-normal.woff2",
    f"{FOLDER}markdown-it.js": "markdown-it/dist/markdown-it.min.js",
    f"{FOLDER}dompurify.js": "dompurify/dist/purify.min.js",
    f"{FOLDER}chart.js": "chart.js/dist/chart.umd.min.js",
    f"{FOLDER}temml.js": "temml/dist/temml.mjs",
    f"{FOLDER}highlight/core.js": f"{_CODE}/core.min.js",
    **{f"{FOLDER}highlight/{name}.js": f"{_CODE}/languages/{name}.min.js" for name in LANGUAGES},
}


class _PackageFiles(FileSystemStorage):
    """The chosen files under their names on our pages."""

    prefix = ""

    @override
    def path(self, name: str) -> str:
        return str(Path(self.location) / FILES[name])


def storage() -> FileSystemStorage:
    return _PackageFiles(location=settings.BASE_DIR / "node_modules")


def missing() -> list[str]:
    """Return the files that the set-up has not put in place."""
    files = storage()
    return [name for name in FILES if not files.exists(name)]


class BrowserPackageFinder(BaseFinder):
    """Lets `collectstatic` and the development server find the files."""

    @override
    def check(self, **kwargs: Any) -> list[Any]:
        return []

    @override
    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        files = storage()
        if path not in FILES or not files.exists(path):
            return []
        found = files.path(path)
        return [found] if kwargs.get("find_all") else found

    @override
    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        files = storage()
        yield from ((name, files) for name in FILES if files.exists(name))
