"""Cleaning of text that people and programs send."""

import re
import unicodedata
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import InvalidInputError

# C0 and C1 controls but tab and newline; then the controls that reorder text far beyond where they stand.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
# What no database keeps: a NUL, and half of a character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# What a spreadsheet takes for the beginning of a formula, and what it may pass over before one.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_SKIPPED = frozenset("\t\r\n")
# Categories of what shows nothing, and two letters that are drawn as nothing.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
_BLANKS = frozenset("\u2800\u3164")


class EmptyTextError(InvalidInputError):
    code = "empty_text"
    message = _("The text is empty.")


class TextTooLongError(InvalidInputError):
    code = "text_too_long"
    message = _("The text is too long.")


class InvalidCharactersError(InvalidInputError):
    code = "invalid_characters"
    message = _("The text has characters that cannot be stored. Please remove them.")


def clean_text(value: str, *, max_length: int, field: str) -> str:
    """Return `value` without control characters and outer white space.

    Raises EmptyTextError when nothing that can be seen is left, InvalidCharactersError for a NUL or half of
    a character, TextTooLongError beyond `max_length` characters; all name `field`.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    text = _BIDI_CONTROLS.sub("", _CONTROLS.sub("", text)).strip()
    if not any(map(_is_visible, text)):
        raise EmptyTextError(details={"field": field})
    if _UNSTORABLE.search(value):
        raise InvalidCharactersError(details={"field": field})
    if len(text) > max_length:
        raise TextTooLongError(details={"field": field, "max_length": max_length})
    return text


def _is_visible(character: str) -> bool:
    return character not in _BLANKS and unicodedata.category(character) not in _UNSEEN


def spreadsheet_text(value: str) -> str:
    """Return `value` so that a spreadsheet shows it and does not compute it: a formula gets an apostrophe.

    Some programs pass over white space in front, and take the wide forms of the signs for the signs.
    Source: OWASP, CSV injection.
    """
    start = value.lstrip()[:1] or value[:1]
    return f"'{value}" if start in _FORMULA or value[:1] in _SKIPPED else value


def uuid_or_none(text: str | None) -> UUID | None:
    """Return the id that a text is, None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
