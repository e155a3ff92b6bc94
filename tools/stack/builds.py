"""Programs and files that are made once and kept in the cache, one folder for each version."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.stack.errors import StackError
from tools.stack.packages import find

LAST_WORDS = 15
NO_GO = """\
Go is needed to build {name}, and there is none on the path.
Any Go from 1.21 on will do: it gets the newer one that {name} asks for by itself."""
# Unbounded builds starve everything else on a small machine.
BOUNDS = {"GOMAXPROCS": "2", "GOFLAGS": "-p=2 -buildvcs=false"}


def once(target: Path, make: Callable[[Path], None]) -> Path:
    """Return `target`, a folder made by `make`: built beside and renamed, so it is there whole or not at all.

    The caller holds a lock, so that drafts of others which are found here are dead ones.
    """
    if target.exists():
        return target
    for dead in target.parent.glob(f".{target.name}-draft-*"):
        shutil.rmtree(dead, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-draft-"))
    try:
        make(draft)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


@dataclass(frozen=True, slots=True)
class GoProgram:
    """The program of a Go module at one version; `variant` tells builds of one version apart."""

    module: str
    version: str
    variant: str = ""

    @property
    def name(self) -> str:
        return self.module.rsplit("/", 1)[-1]

    def path(self, cache: Path) -> Path:
        return cache / f"{self.name.removesuffix('-server')}-{self.version}{self.variant}" / self.name


def build_go(program: GoProgram, cache: Path, environment: Mapping[str, str] | None = None) -> None:
    """Build the program when the cache has none.

    :raises StackError: there is no Go here, or the build failed
    """
    name, version = program.name, program.version

    def build(draft: Path) -> None:
        if not find("go"):
            raise StackError(NO_GO.format(name=name))
        print(f"  building {name} {version}: once, some minutes", flush=True)
        command = ["nice", "-n", "15", find("go"), "install", f"{program.module}@{version}"]
        run(command, {**os.environ, **BOUNDS, "GOBIN": str(draft), **(environment or {})})

    once(program.path(cache).parent, build)


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None) -> None:
    """Run a program to its end.

    :raises StackError: it failed; the text has its last words
    """
    ran = subprocess.run(
        list(command), cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        words = (ran.stdout + ran.stderr).splitlines()[-LAST_WORDS:]
        raise StackError("\n".join([f"This failed: {' '.join(command)}", *(f"  | {line}" for line in words)]))
