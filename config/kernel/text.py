"""Cleaning of text that people and programs send."""

import re

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import InvalidInputError

# C0 and C1 controls but tab and newline; then the controls that reorder text far beyond where they stand.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class EmptyTextError(InvalidInputError):
    code = "empty_text"
    message = _("The text is empty.")


class TextTooLongError(InvalidInputError):
    code = "text_too_long"
    message = _("The text is too long.")


def clean_text(value: str, *, max_length: int, field: str) -> str:
    """Return `value` without control characters and outer white space.

    Raises EmptyTextError when nothing is left, TextTooLongError beyond `max_length` characters; both name
    `field`.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    text = _SURROGATES.sub("", _BIDI_CONTROLS.sub("", _CONTROLS.sub("", text))).strip()
    if not text:
        raise EmptyTextError(details={"field": field})
    if len(text) > max_length:
        raise TextTooLongError(details={"field": field, "max_length": max_length})
    return text
