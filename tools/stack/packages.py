"""The operating system's packages: installed when missing and we may, named when we may not."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.stack.errors import StackError

Present = Callable[[], bool]


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
    _apt("-o", "Acquire::Retries=3", "update")
    _apt("-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "install", *missing)
    absent = [name for name in missing if not packages[name]()]
    if absent:
        raise StackError(f"Installed, and yet not found: {' '.join(absent)}")


def _apt(*arguments: str) -> None:
    # Nothing that a package would start by itself is wanted: the stack starts its own servers.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    ran = subprocess.run(
        ["apt-get", "-qq", *arguments],  # noqa: S607  the system's own
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if ran.returncode:
        raise StackError("\n".join(["apt-get failed:", *(ran.stdout + ran.stderr).splitlines()[-15:]]))
