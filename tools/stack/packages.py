"""The operating system's packages: installed when missing and we may, named when we may not."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.stack.errors import StackError

Present = Callable[[], bool]
# What Debian's packages ask whether they may start what they install.
POLICY = Path("/usr/sbin/policy-rc.d")
WAIT = ("-o", "DPkg::Lock::Timeout=600")  # seconds; others may be installing, too


def has(program: str) -> Present:
    """Return a question: is the program on the path, or where Debian keeps those of the administrator?"""
    return lambda: bool(find(program))


def exists(path: str) -> Present:
    return Path(path).exists


def find(program: str) -> str:
    """Return the path of a program; empty when there is none."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    return shutil.which(program, path=places) or ""


def need(packages: Mapping[str, Present]) -> None:
    """Install those of Debian's packages whose question says no.

    :raises StackError: they are missing and cannot be installed here; the text says what to do
    """
    missing = [name for name, present in packages.items() if not present()]
    if not missing:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise StackError(
            f"Missing: {' '.join(missing)} (names of Debian's packages).\n"
            f"On Debian or Ubuntu:   sudo apt-get install {' '.join(missing)}"
        )
    print(f"  installing {' '.join(missing)}", flush=True)
    with _nothing_starts():
        _apt("-o", "Acquire::Retries=3", "update")
        _apt("-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "install", *missing)
    absent = [name for name in missing if not packages[name]()]
    if absent:
        raise StackError(f"Installed, and yet not found: {' '.join(absent)}")


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Let packages start no server of theirs: the stack starts its own. A policy that is there stays."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def _apt(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    ran = subprocess.run(
        ["apt-get", "-qq", *WAIT, *arguments],  # noqa: S607  the system's own
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if ran.returncode:
        raise StackError("\n".join(["apt-get failed:", *(ran.stdout + ran.stderr).splitlines()[-15:]]))
