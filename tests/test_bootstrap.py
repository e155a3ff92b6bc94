"""The first command of a new user: what it says and does where a Python is not as one hopes."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import bootstrap
from tools import node

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project folder of its own, with one empty lock and no environment."""
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    return tmp_path


@pytest.fixture
def pip_calls(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Put a program in the place of pip that notes down its arguments, and return what it has noted."""
    program, notes = folder / "pip.py", folder / "notes"
    program.write_text(f"import sys; open({str(notes)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')")
    monkeypatch.setattr(bootstrap, "pip_command", lambda: [sys.executable, str(program)])
    return lambda: notes.read_text().splitlines()


def make_environment() -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bootstrap.VENV], check=True)


def without(monkeypatch: pytest.MonkeyPatch, names: Sequence[str]) -> None:
    """Make these modules look as if this Python did not have them."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, package=None: None if name in names else find(name, package)
    )


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [verb for verb in bootstrap.VERBS if f"bootstrap.py {verb} " not in shown] == []


def test_an_unknown_verb_is_an_error_that_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["start"]) == 2
    assert "bootstrap.py run" in capsys.readouterr().out


def test_an_old_python_without_a_newer_one_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (4, 0))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as stopped:
        bootstrap.main(["run"])
    assert stopped.value.code == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "OLDEST", (4, 0))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "hand_over", handed.append)
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "run"])
    bootstrap.require_python()
    assert handed == [["/usr/bin/python3.14", "bootstrap.py", "run"]]


def test_a_lock_is_installed_once_and_exactly(folder: Path, pip_calls: Callable[[], list[str]]) -> None:
    make_environment()
    bootstrap.set_up("requirements.txt")
    bootstrap.set_up("requirements.txt")
    assert len(pip_calls()) == 1
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(pip_calls()[0].split())


def test_a_changed_lock_is_installed_again(folder: Path, pip_calls: Callable[[], list[str]]) -> None:
    make_environment()
    bootstrap.set_up("requirements.txt")
    (folder / "requirements.txt").write_text("a==1\n")
    bootstrap.set_up("requirements.txt")
    assert len(pip_calls()) == 2


def test_a_failed_installation_shows_the_last_words_of_pip_and_is_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_environment()
    monkeypatch.setattr(
        bootstrap, "pip_command", lambda: [sys.executable, "-c", "print('no network'); exit(1)"]
    )
    with pytest.raises(SystemExit):
        bootstrap.set_up("requirements.txt")
    assert "no network" in capsys.readouterr().err
    assert not bootstrap.is_installed("requirements.txt")


def test_without_ensurepip_the_systems_pip_installs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, ["ensurepip"])
    bootstrap.make_environment()
    assert bootstrap.environment_works()
    assert bootstrap.pip_command() == [sys.executable, "-m", "pip", "--python", str(bootstrap.PYTHON)]


def test_without_any_pip_the_message_names_the_debian_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, ["ensurepip", "pip"])
    with pytest.raises(SystemExit):
        bootstrap.set_up("requirements.txt")
    assert "apt-get install python3-venv" in capsys.readouterr().err


def test_an_environment_of_another_python_does_not_count(folder: Path) -> None:
    make_environment()
    assert bootstrap.environment_works()
    (bootstrap.VENV / "pyvenv.cfg").write_text("version = 3.99.0\n")
    assert not bootstrap.environment_works()


def test_a_missing_browser_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(SystemExit):
        bootstrap.main(["e2e"])
    assert "apt-get install chromium" in capsys.readouterr().err


def test_run_becomes_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "set_up", lambda *locks: None)
    monkeypatch.setattr(bootstrap, "fetch_page_packages", lambda: None)
    monkeypatch.setattr(bootstrap, "hand_over", handed.append)
    verb: Callable[[Sequence[str]], object] = bootstrap.VERBS["run"]
    verb(["--port", "8001"])
    assert handed[0][1:] == [str(ROOT / "manage.py"), "serve", "--prepare", "--port", "8001"]


@pytest.fixture
def pages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project folder whose lock of browser packages is not installed."""
    (folder / "package-lock.json").write_text("{}")
    monkeypatch.setattr(node, "ROOT", folder)
    return folder


def npm(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Put a program in the place of npm."""
    monkeypatch.setattr(node, "programs", lambda python: ("node", [sys.executable, "-c", program]))


def test_what_pages_use_is_fetched_once(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    npm(monkeypatch, "import sys; assert '--ignore-scripts' in sys.argv and '--omit=dev' in sys.argv")
    bootstrap.fetch_page_packages()
    assert node.is_installed(development=False)
    assert not node.is_installed(development=True)
    bootstrap.fetch_page_packages()
    assert capsys.readouterr().out.count("with npm") == 1


def test_all_packages_are_those_of_pages_too(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(monkeypatch, "")
    assert node.install([sys.executable, "-c", ""], development=True) == ""
    assert node.is_installed(development=False)


def test_without_a_registry_the_product_starts_plainly_and_does_not_ask_again_unasked(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    npm(monkeypatch, "print('no network'); exit(1)")
    bootstrap.fetch_page_packages()
    said = capsys.readouterr().out
    assert "no network" in said
    assert "bootstrap.py setup" in said
    bootstrap.fetch_page_packages()
    assert capsys.readouterr().out == ""
    bootstrap.fetch_page_packages(again=True)
    assert "no network" in capsys.readouterr().out


def test_without_any_node_one_is_installed(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    monkeypatch.setattr(node, "_WHEEL", "raise SystemExit(1)")
    monkeypatch.setattr(bootstrap, "failure_of_installing", installed.append)
    bootstrap.fetch_page_packages()
    assert installed == ["requirements-node.txt"]
    assert node.has_failed()
