"""A file of a form, as it is handed on: under the name that its sender gave it."""

import re
from typing import TYPE_CHECKING, Any

from retrieval.services import Upload, refuse_large

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

# What browsers write for a quotation mark or a line's end in the name of a file, and for nothing else.
_ESCAPED = re.compile("%(?:22|0D|0A)")


def upload_of(file: "UploadedFile[Any]") -> Upload:
    """Return a file of a form; raise DocumentTooLargeError before it is read into memory."""
    refuse_large(file.size or 0)
    file.seek(0)
    return Upload(_name_of(file.name or ""), file.read(), file.content_type or "")


def _name_of(written: str) -> str:
    """Return the name that a browser wrote into its form: דו%22ח.txt was the report דו"ח.txt."""
    return _ESCAPED.sub(lambda sign: '"' if sign.group() == "%22" else " ", written)
