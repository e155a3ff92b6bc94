"""The style sheets that pages fetch: each one is several of ours in a row, put together by the set-up.

A page with few files is there sooner; the sources stay small, one for each component.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from typing_extensions import override

_SITE = ("tokens", "type", "base", "layout")
_SITE_COMPONENTS = ("button", "form", "card", "alert", "appearance")
_CHAT_COMPONENTS = (
    *("chat", "sidebar", "conversations", "dialog", "header", "message", "prose", "code", "tools"),
    *("citation", "preview", "composer", "queue", "passage", "empty"),
)
SHEETS = {
    "css/site.css": (*(f"{name}.css" for name in _SITE), *(f"components/{name}.css" for name in _SITE_COMPONENTS)),
    "css/talk.css": tuple(f"components/{name}.css" for name in _CHAT_COMPONENTS),
}


def build(folder: Path) -> list[str]:
    """Write the sheets that are out of date into `folder`; return the names of those whose sources are there."""
    css = Path(settings.BASE_DIR) / "static/css"
    built = []
    for name, parts in SHEETS.items():
        sources = [css / part for part in parts]
        if not all(source.exists() for source in sources):
            continue
        text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
        target = folder / name
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        built.append(name)
    return built


class StyleSheetFinder(BaseFinder):
    """Lets `collectstatic` and the development server find the sheets, which are built as they are asked for."""

    @override
    def check(self, **kwargs: Any) -> list[Any]:
        return []

    @override
    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        if path not in SHEETS or path not in build(_folder()):
            return []
        found = str(_folder() / path)
        return [found] if kwargs.get("find_all") else found

    @override
    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        files = FileSystemStorage(location=_folder())
        files.prefix = ""  # type: ignore[attr-defined]
        yield from ((name, files) for name in build(_folder()))


def _folder() -> Path:
    return Path(settings.SICHA_HOME) / "sheets"
