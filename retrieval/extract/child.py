"""The confined process that reads one file: bytes on its input, lines of JSON on its output.

    python -m retrieval.extract.child '{"filename": …, "mime": …, "memory_bytes": …, "cpu_seconds": …}'

Writes `{"progress": [done, total]}` lines, and at the end `{"extracted": {…}}` or `{"refused": code}`.
"""

import json
import sys
from dataclasses import asdict
from typing import Any

from config.kernel.errors import DomainError
from retrieval.errors import DocumentBrokenError, DocumentEmptyError, DocumentTooComplexError
from retrieval.extract.confinement import Limits, confine
from retrieval.extract.readers import read_file
from retrieval.extract.types import Extracted

MOST_CHARACTERS = 5_000_000


def main() -> None:
    """Read the file and say what is in it."""
    order = json.loads(sys.argv[1])
    data = sys.stdin.buffer.read()
    confine(Limits(order["memory_bytes"], order["cpu_seconds"]))
    _say(answer(data, order["filename"], order["mime"]))


def answer(data: bytes, filename: str, mime: str) -> dict[str, Any]:
    """Return the last line for a file: what is in it, or why it is refused."""
    try:
        return {"extracted": asdict(_read(data, filename, mime))}
    except DomainError as refusal:
        return {"refused": refusal.code}
    except (MemoryError, RecursionError):
        return {"refused": DocumentTooComplexError.code}
    except Exception:  # noqa: BLE001
        # A damaged file can make a library raise anything; none of it may reach the one who waits.
        return {"refused": DocumentBrokenError.code}


def _read(data: bytes, filename: str, mime: str) -> Extracted:
    found = read_file(data, filename, mime, progress=lambda done, total: _say({"progress": [done, total]}))
    if len(found.text) > MOST_CHARACTERS:
        raise DocumentTooComplexError
    if not found.concern and not any(character.isalnum() for character in found.text):
        raise DocumentEmptyError
    return found


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
