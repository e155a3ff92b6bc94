"""The list of mutants: what each takes out of the product, and which tests must notice."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defence taken out: in `file`, `old` becomes `new`.

    `threat` is its row in `docs/threats.md`, such as T7. `tests` are those that must turn red: of pytest as
    `path::name` without parameters, of the page's modules as the path alone.
    """

    name: str
    threat: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def applied(self, source: str) -> str:
        """Return the source without the defence; raise ValueError where there is not exactly one place."""
        places = source.count(self.old)
        if places != 1 or self.old == self.new:
            raise ValueError(f"{self.file} has {places} places")
        return source.replace(self.old, self.new)


def read_catalogue(folder: Path) -> list[Mutant]:
    """Return the mutants of all files in the folder, in the order of the threats."""
    found = [
        Mutant(**{**entry, "tests": tuple(entry["tests"])})
        for path in sorted(folder.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    ]
    return sorted(found, key=lambda mutant: (int(mutant.threat[1:]), mutant.name))


def flaws(mutant: Mutant, root: Path) -> Iterator[str]:
    """Yield why a mutant could not be tried on the product as it stands below `root`."""
    path = root / mutant.file
    if not path.is_file():
        yield f"there is no {mutant.file}"
        return
    try:
        changed = mutant.applied(path.read_text(encoding="utf-8"))
        if path.suffix == ".py":
            ast.parse(changed)
    except (ValueError, SyntaxError) as error:
        yield str(error)
    if not mutant.tests:
        yield "it names no test"
    for test in mutant.tests:
        file, _separator, name = test.partition("::")
        if not (root / file).is_file():
            yield f"there is no {file}"
        elif name and f"def {name.split('::')[-1]}(" not in (root / file).read_text(encoding="utf-8"):
            yield f"{file} has no {name}"
