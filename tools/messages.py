"""Translations: `collect` strings into the .po files, `compile` them to .mo, `check` that both say the same.

Every app has a catalogue of its own, `<app>/locale/he`; templates use `locale/he`. Collecting needs GNU
gettext; compiling and checking need only Python.
"""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".venv", "node_modules", "var"}
IGNORED = (".venv", "node_modules", "var", "tests", "bench", "tools", "static/docs")


def catalogues() -> list[Path]:
    """Return every .po file of the project."""
    found = ROOT.glob("**/LC_MESSAGES/*.po")
    return sorted(path for path in found if path.relative_to(ROOT).parts[0] not in NOT_OURS)


def compiled(source: Path) -> bytes:
    """Return the .mo form of a .po file; untranslated and fuzzy messages are left out."""
    with source.open("rb") as handle:
        catalogue = read_po(handle, abort_invalid=True)
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def content(binary: bytes) -> dict[str, object]:
    """Return what a .mo file says, whichever program has written it."""
    catalogue: Catalog = read_mo(io.BytesIO(binary))
    return {f"{message.context}|{message.id}": message.string for message in catalogue if message.id}


def is_current(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return target.is_file() and content(target.read_bytes()) == content(compiled(source))


def collect() -> int:
    """Write new strings into the catalogues with Django's makemessages."""
    if shutil.which("xgettext") is None:
        print("Collecting needs GNU gettext (Debian: sudo apt-get install gettext).", file=sys.stderr)
        return 1
    ignored = [argument for name in IGNORED for argument in ("--ignore", name)]
    options = ["--locale=he", "--add-location=file", "--no-wrap", "--no-obsolete", "--extension=html,txt,py"]
    command = [sys.executable, "manage.py", "makemessages", *options, *ignored]
    return subprocess.call(command, cwd=ROOT, env={**os.environ, "LOG_LEVEL": "ERROR"})


def compile_() -> int:
    for source in catalogues():
        if not is_current(source):
            source.with_suffix(".mo").write_bytes(compiled(source))
            print(f"compiled {source.relative_to(ROOT)}")
    return 0


def check() -> int:
    stale = [str(source.relative_to(ROOT)) for source in catalogues() if not is_current(source)]
    for name in stale:
        print(f"{name}: its .mo file says something else; run `make messages`")
    return 1 if stale else 0


VERBS = {"collect": collect, "compile": compile_, "check": check}


def main(verbs: Sequence[str]) -> int:
    if unknown := [verb for verb in verbs if verb not in VERBS]:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(VERBS)}", file=sys.stderr)
        return 2
    return max(VERBS[verb]() for verb in verbs or ["collect", "compile"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
