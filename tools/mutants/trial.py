"""Trying mutants: on a copy of the checkout, so that nothing here is ever broken."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from tools import node
from tools.mutants.catalogue import Mutant, flaws

PATIENCE_SECONDS = 900
_LINKED = (".venv", "node_modules")
_FAILED = re.compile(r"^FAILED (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)
PYTEST = ("-q", "-rf", "--tb=no", "--no-header", "-p", "no:cacheprovider", "--nomigrations")
Verdict: TypeAlias = Literal["killed", "survived", "does not apply", "broken"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: `green` tests did not notice, `words` say what else went wrong."""

    mutant: Mutant
    verdict: Verdict
    green: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Which of the tests turned red; `words` where the run as a whole failed, such as at an import."""

    red: frozenset[str]
    words: str = ""


class Copy:
    """A copy of the project's files, in which one mutant at a time is tried."""

    def __init__(self, folder: Path, *, options: Sequence[str] = PYTEST) -> None:
        self.folder = folder
        self._options = options

    def try_out(self, mutant: Mutant) -> Result:
        """Take the defence out, run the tests that guard it, and put it back."""
        if found := [*flaws(mutant, self.folder)]:
            return Result(mutant, "does not apply", words="; ".join(found))
        with self._without(mutant):
            run = self.run(mutant.tests)
        green = tuple(test for test in mutant.tests if test not in run.red)
        if run.words:
            return Result(mutant, "broken", green, run.words)
        return Result(mutant, "survived" if green else "killed", green)

    def run(self, tests: Iterable[str]) -> Run:
        """Run these tests alone."""
        wanted = sorted(set(tests))
        scripts = [test for test in wanted if test.endswith(".js")]
        red = frozenset(test for test in scripts if self._call([_node(), "--test", test])[0])
        functions = [test for test in wanted if test not in scripts]
        if not functions:
            return Run(red)
        marks = (
            "" if any(test.startswith(("tests/e2e/", "tests/stack/")) for test in functions) else "not e2e"
        )
        code, said = self._call([sys.executable, "-m", "pytest", *self._options, "-m", marks, *functions])
        return Run(red | {*_FAILED.findall(said)}, "" if code in {0, 1} else _last_words(said))

    @contextmanager
    def _without(self, mutant: Mutant) -> Iterator[None]:
        path = self.folder / mutant.file
        source = path.read_text(encoding="utf-8")
        _write(path, mutant.applied(source))
        try:
            yield
        finally:
            _write(path, source)

    def _call(self, command: list[str]) -> tuple[int, str]:
        """Return the exit code and what was said; a run without end is ended."""
        environment = {**os.environ, "TMPDIR": str(self.folder / "var")}
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process:
            try:
                said, _nothing = process.communicate(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return -1, "out of time"
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return process.returncode, said


def copy_of(root: Path, folder: Path) -> Copy:
    """Copy the files that git knows, and lend the packages."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)
    for name in _LINKED:
        if (root / name).exists():
            (folder / name).symlink_to((root / name).resolve(), target_is_directory=True)
    (folder / "var").mkdir(exist_ok=True)
    # Some tests ask git which files are ours.
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)  # noqa: S607  the machine's own git
    return Copy(folder)


def _write(path: Path, source: str) -> None:
    """Write a module, and forget what was compiled of it: two states of one second may be equally long."""
    path.write_text(source, encoding="utf-8")
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        compiled.unlink()


def _node() -> str:
    found = node.programs(sys.executable)
    if found is None:
        raise SystemExit("There is no Node: python3 bootstrap.py setup")
    return found[0]


def _last_words(said: str) -> str:
    return " | ".join(line for line in said.splitlines()[-4:] if line.strip())
