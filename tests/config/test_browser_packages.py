"""Other people's files on our pages: served when they are there, done without when they are not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from config import browser_packages
from config.staticfiles import ManifestStorage

FILES = ("vendor/heebo-hebrew.woff2", "vendor/markdown-it.js")


@pytest.fixture
def project(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Return a project with a script and a style of its own that use packages."""
    (tmp_path / "own/js").mkdir(parents=True)
    (tmp_path / "own/js/page.js").write_text('const load = () => import("../vendor/markdown-it.js");\n')
    (tmp_path / "own/main.css").write_text('@font-face { src: url("vendor/heebo-hebrew.woff2"); }\n')
    settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [tmp_path / "own"]
    settings.INSTALLED_APPS = ["django.contrib.staticfiles"]
    settings.STORAGES = {"staticfiles": {"BACKEND": "config.staticfiles.ManifestStorage"}}
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]
    yield tmp_path
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]


def install(project: Path) -> None:
    for name in FILES:
        file = project / "node_modules" / browser_packages.FILES[name]
        file.parent.mkdir(parents=True)
        file.write_text("export default 1;\n//# sourceMappingURL=not-shipped.map\n")


def collected(name: str) -> str:
    return (Path(ManifestStorage().path(ManifestStorage().stored_name(name)))).read_text()


def test_files_of_packages_are_collected_under_hashed_names(project: Path) -> None:
    install(project)
    call_command("collectstatic", interactive=False, verbosity=0)
    stored = ManifestStorage().stored_name("vendor/markdown-it.js")
    assert stored != "vendor/markdown-it.js"
    assert Path(stored).name in collected("js/page.js")
    assert "vendor/heebo-hebrew.woff2" not in collected("main.css")


def test_pages_do_without_packages_that_are_not_there(project: Path) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    assert '"../vendor/markdown-it.js"' in collected("js/page.js")
    assert set(FILES) <= set(browser_packages.missing())


def test_anything_else_that_is_missing_is_an_error(project: Path) -> None:
    (project / "own/js/broken.js").write_text('import "./absent.js";\n')
    with pytest.raises(ValueError, match="absent"):
        call_command("collectstatic", interactive=False, verbosity=0)


def test_a_sheet_that_imports_others_becomes_one_file_with_them(project: Path) -> None:
    parts = project / "own/css/parts"
    parts.mkdir(parents=True)
    (project / "own/css/site.css").write_text('@import url("parts/a.css");\n@import url("parts/b.css");\n')
    for round_ in ("first", "second"):
        (parts / "a.css").write_text(f".a {{ content: '{round_}' }}\n")
        (parts / "b.css").write_text("/* why */\n.b {\n  margin: 0;\n}\n")
        call_command("collectstatic", interactive=False, verbosity=0)
        assert collected("css/site.css") == f".a {{ content: '{round_}' }}\n.b {{\nmargin: 0;\n}}\n"


def test_what_has_a_hash_in_its_name_is_compressed_and_nothing_else(project: Path) -> None:
    (project / "own/css").mkdir()
    (project / "own/css/long.css").write_text(".a { margin: 0 }\n" * 100)
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = Path(ManifestStorage().path(ManifestStorage().stored_name("css/long.css")))
    compressed = {file.name for file in hashed.parent.iterdir() if file.suffix in {".br", ".gz"}}
    assert compressed == {f"{hashed.name}.br", f"{hashed.name}.gz"}


def test_what_packages_bring_and_no_page_asks_for_is_not_collected(project: Path, settings: Any) -> None:
    settings.INSTALLED_APPS = [
        "config.apps.SichaStaticFilesConfig",
        "rest_framework",
        "drf_spectacular_sidecar",
    ]
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    names = {str(file.relative_to(settings.STATIC_ROOT)) for file in settings.STATIC_ROOT.rglob("*.*")}
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in names
    assert not [name for name in names if name.endswith(".map") or name.startswith("rest_framework")]
