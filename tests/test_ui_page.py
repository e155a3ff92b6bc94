"""`docs/ui.md` names a test for what people expect of a chat; each of them exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/ui.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:tests/)?[\w/]+\.(?:py|test\.js))`(?:: ([^`|;]+))?")


def named_tests() -> Iterator[tuple[str, str]]:
    """Yield each file with each name, or piece of one, that follows it; "" where the file stands alone."""
    for file, names in NAMED.findall(PAGE):
        words = (name.strip(" .…") for name in names.split(","))
        found = [name for name in words if re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)+", name)]
        if Path(file).name.startswith("test_") or file.endswith(".js"):
            yield from ((file, name) for name in found or [""])


@pytest.mark.parametrize(("file", "name"), sorted(set(named_tests())))
def test_what_the_page_names_is_there(file: str, name: str) -> None:
    path = ROOT / (file if file.startswith("tests/") else f"tests/e2e/{file}")
    assert path.exists()
    assert not name or re.search(rf"def test_\w*{name}", path.read_text(encoding="utf-8"))


def test_the_page_names_tests_at_all() -> None:
    assert len(set(named_tests())) > 40
