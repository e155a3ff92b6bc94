#!/usr/bin/env python3
"""Sets the project up and starts its commands; needs nothing but Python 3.11 or newer.

    python3 bootstrap.py run      the product on http://localhost:8000 (PORT, HOST, SICHA_HOME move it)
    python3 bootstrap.py test     the fast test suite;    bootstrap.py check    linters, types, translations
    bootstrap.py e2e    in browsers;    bootstrap.py format    formatters;    bootstrap.py messages    words
    bootstrap.py setup    packages;    bootstrap.py lock    the locks;    bootstrap.py sbom    what is in it
    bootstrap.py stack    servers;    bootstrap.py stack-test    on them;    bootstrap.py stack-down (ends)
    bootstrap.py bench    what a token costs;    bootstrap.py mutants    whether tests notice what is gone
    bootstrap.py break-in    at what is others';    bootstrap.py fuzz    many more made-up inputs

The virtual environment `.venv` gets exactly the versions of the locks, as wheels with checked hashes, and
`node_modules` those of package-lock.json. What is installed is remembered, and a second start skips it all.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
RUNTIME, DEVELOPMENT, NODE = "requirements.txt", "requirements-dev.txt", "requirements-node.txt"
PIP_OPTIONS = ("--require-hashes", "--only-binary=:all:", "--no-deps", "--no-compile", "--progress-bar=off")
BY_FILE, STEALING = ("-n", "2", "--dist", "loadfile"), ("-n", "2", "--dist", "worksteal")
# What is ignored is not even read, which costs as much as many tests.
FAST = ("-m", "not e2e and not stack", "--ignore=tests/e2e", "--ignore=tests/stack")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_PIP = """\
This Python ({version}) has neither `ensurepip` nor `pip`, so packages cannot be installed.
On Debian or Ubuntu:   sudo apt-get install python3-venv    Then run the same command again."""
PLAIN_PAGES = """\
So pages do without: plain type, and answers without formatting while they are written.
To try again:   python3 bootstrap.py setup"""
NO_CHROMIUM = """\
The browser tests need Chromium from the operating system; there is none.
On Debian:   sudo apt-get install chromium    Or name another one:   CHROMIUM=/path/to/chrome"""
say = functools.partial(print, flush=True)


def stop(reason: str) -> NoReturn:
    print(f"\n{reason}", file=sys.stderr, flush=True)
    raise SystemExit(1)


# -- the interpreter -----------------------------------------------------------------------------------------


def require_python() -> None:
    """Go on in a newer Python of this machine when this one is too old; say so when there is none."""
    if sys.version_info >= OLDEST:
        return
    newer = next(filter(None, map(shutil.which, NEWER_NAMES)), None)
    if newer is None:
        stop(
            "Sicha needs Python 3.11 or newer; this is {}.{} ({}).\nInstall a newer one and run it: "
            "python3.12 bootstrap.py run".format(*sys.version_info[:2], sys.executable)
        )
    hand_over([newer, *sys.argv])


def hand_over(command: list[str]) -> NoReturn:
    """Become the command, so that signals reach it; on Windows, where there is no such thing, its parent."""
    if WINDOWS:
        raise SystemExit(call(*command))
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


# -- the virtual environment ---------------------------------------------------------------------------------


def environment_works() -> bool:
    """Return whether `.venv` has a Python that runs and is the one that its packages were installed for."""
    config = VENV / "pyvenv.cfg"
    if not (config.is_file() and PYTHON.exists()):
        return False
    version = r"(?m)^version(?:_info)?\s*=\s*(\d+)\.(\d+)"
    found = re.search(version, config.read_text(encoding="utf-8"))
    made_for = tuple(map(int, found.groups() if found else "00"))
    ask = [str(PYTHON), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    return made_for >= OLDEST and answer == "{}.{}".format(*made_for)


def make_environment() -> None:
    """Create `.venv`; where Debian has left out ensurepip, the system's pip will install into it."""
    say(f"Creating the virtual environment .venv (Python {'.'.join(map(str, sys.version_info[:3]))})")
    create = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if importlib.util.find_spec("ensurepip"):
        made = subprocess.run(create, capture_output=True, text=True, check=False)
        if made.returncode == 0:
            return
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("pip"):
        stop(NO_PIP.format(version=sys.executable))
    if subprocess.call([*create, "--without-pip"]):
        stop(f"{VENV} could not be created.")


def pip_command() -> list[str]:
    """Return the start of a pip command that installs into `.venv`."""
    inside = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return (
        [str(PYTHON), "-m", "pip"]
        if inside.returncode == 0
        else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    )


def fingerprint(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def stamp_of(lock: str) -> Path:
    return VENV / f"installed-{lock}.sha256"


def is_installed(lock: str) -> bool:
    stamp = stamp_of(lock)
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(lock)


def install(lock: str) -> None:
    """Install exactly what the lock says, or end with pip's last words."""
    if last_words := failure_of_installing(lock):
        stop("\n".join([*last_words, "The packages could not be installed; pip's last words are above."]))


def failure_of_installing(lock: str) -> list[str]:
    """Install what the lock says: wheels only, hashes checked, nothing resolved; return pip's last words."""
    total = len(re.findall(r"(?m)^[\w.-]+==", (ROOT / lock).read_text(encoding="utf-8")))
    say(f"Installing the {total} packages of {lock}")
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    command = [*pip_command(), "install", *PIP_OPTIONS, "-r", str(ROOT / lock)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **quiet},
    ) as process:
        last_words = follow(process, total)
    if process.returncode:
        return [*last_words, ""]
    stamp_of(lock).write_text(fingerprint(lock), encoding="utf-8")
    return []


def follow(process: subprocess.Popen[str], total: int) -> deque[str]:
    """Tell pip's progress in a few lines; return the end of what it wrote."""
    last_words: deque[str] = deque(maxlen=15)
    seen = 0
    for line in process.stdout or ():
        last_words.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring ")):
            seen += 1
            if seen % 20 == 0 and seen < total:
                say(f"  {seen} of {total} fetched")
        elif line.startswith("Installing collected"):
            say("  unpacking")
    return last_words


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time set up; the system frees the lock of one that dies."""
    with (ROOT / ".venv.lock").open("w", encoding="utf-8") as handle:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def set_up(*locks: str) -> None:
    """Bring `.venv` to what the locks say; do nothing when it is there already."""
    if environment_works() and all(map(is_installed, locks)):
        return
    with alone():
        if not environment_works():
            make_environment()
        for lock in locks:
            if not is_installed(lock):
                install(lock)


def fetch_page_packages(*, again: bool = False, all_of_them: bool = False) -> None:
    """Bring `node_modules` to what package-lock.json says; where that fails, the product starts without."""
    from tools import node

    if node.is_installed(development=all_of_them) or (node.has_failed() and not again):
        return
    with alone():
        say("Fetching what the pages use, with npm")
        if problem := node.fetch(PYTHON, lambda: failure_of_installing(NODE), development=all_of_them):
            say(f"{problem}\n\n{PLAIN_PAGES}\n")


# -- the verbs -----------------------------------------------------------------------------------------------


def call(*command: str | Path, **environment: str) -> int:
    """Run a command in the project's folder and return its exit code; Ctrl+C is the command's to handle."""
    process = subprocess.Popen(list(map(str, command)), cwd=ROOT, env={**os.environ, **environment})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def run(arguments: Sequence[str]) -> NoReturn:
    """Become the server."""
    set_up(RUNTIME)
    fetch_page_packages()
    hand_over([str(PYTHON), str(ROOT / "manage.py"), "serve", "--prepare", *arguments])


def e2e(arguments: Sequence[str]) -> int:
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")
    if not shutil.which(browser):
        stop(NO_CHROMIUM)
    set_up(RUNTIME, DEVELOPMENT)
    fetch_page_packages(all_of_them=True)
    return call(PYTHON, "-m", "pytest", "-m", "e2e", *(arguments or BY_FILE), CHROMIUM=browser)


def tool(module: str, *first: str) -> Callable[[Sequence[str]], int]:
    """Return a verb that runs one of our own modules with the development packages."""

    def verb(arguments: Sequence[str]) -> int:
        set_up(RUNTIME, DEVELOPMENT)
        return call(PYTHON, "-m", module, *first, *arguments)

    return verb


def setup(_: Sequence[str]) -> int:
    set_up(RUNTIME, DEVELOPMENT)
    fetch_page_packages(again=True)
    say(f"Ready: {PYTHON}")
    return 0


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "test": tool("pytest", *STEALING, *FAST),
    "check": tool("tools.check"),
    "e2e": e2e,
    "format": tool("tools.check", "--write"),
    "messages": tool("tools.messages"),
    "stack": tool("tools.stack", "up"),
    "stack-down": tool("tools.stack", "down"),
    "stack-test": tool("tools.stack_test"),
    "setup": setup,
    "lock": tool("tools.lock"),
    "bench": tool("bench.whole"),
    "mutants": tool("tools.mutants"),
    "break-in": tool("tools.break_in"),
    "fuzz": tool("pytest", *STEALING, "-m", "hypothesis", "--hypothesis-profile=long", "tests"),
    "sbom": tool("tools.packages"),
}


def main(arguments: Sequence[str]) -> int:
    require_python()
    verb = arguments[0] if arguments else ""
    if verb not in VERBS:
        print(__doc__)
        return 0 if verb in {"-h", "--help", "help"} else 2
    return VERBS[verb](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
