"""From a file's bytes to clean text with its structure.

Kinds that only need decoding are read at once; everything else by a confined process (`sandbox`).
"""

import re

from retrieval.errors import DocumentEmptyError
from retrieval.extract.kinds import LIGHT, Kind, kind_of
from retrieval.extract.plain import clean, first_heading, read_json, read_markdown, read_text
from retrieval.extract.sandbox import read_confined
from retrieval.extract.types import Extracted, Progress, unwatched

__all__ = ["Extracted", "Kind", "clean", "extract", "extract_light", "first_heading", "kind_of"]

_LIGHT = {Kind.TEXT: read_text, Kind.MARKDOWN: read_markdown, Kind.JSON: read_json}


def extract(data: bytes, *, filename: str, mime: str = "", progress: Progress = unwatched) -> Extracted:
    """Return the text of a file of a known type; may take minutes.

    Raises the refusals of `retrieval.errors`, and whatever `progress` raises, which ends the reading.
    """
    found = extract_light(data, filename=filename, mime=mime)
    return found or read_confined(data, filename=filename, mime=mime, progress=progress)


def extract_light(data: bytes, *, filename: str, mime: str = "") -> Extracted | None:
    """Return the text of a file that is quickly read, None for one that a process of its own has to read.

    What the file is not is refused either way.
    """
    kind = kind_of(data, filename=filename, mime=mime)
    if kind not in LIGHT:
        return None
    found = _LIGHT[kind](data)
    if not re.search(r"\w", found.text):
        raise DocumentEmptyError
    return found
