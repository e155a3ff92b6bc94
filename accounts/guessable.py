"""Passwords that somebody would try: words that everybody takes, in Hebrew and English, in whatever dress.

Django's list of twenty thousand is compared as it stands; this one looks through what people put around a
word (digits, years, signs), through letters written as digits, and through a keyboard in the other language.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_SIGNS: Final = 4  # different ones
# The keys in the same order: for Hebrew that was typed while the keyboard was in English, and the reverse.
_ENGLISH: Final = "qwertyuiopasdfghjkl;'zxcvbnm,./"
_HEBREW: Final = "/'קראטוןםפשדגכעיחלךף,זסבהנמצתץ."
_AS_DIGITS: Final = str.maketrans("01345789@$!", "oieastbgasi")
_FINALS: Final = str.maketrans("ךםןףץ", "כמנפצ")
_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_WALKS: Final = (
    *(
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qazwsxedcrfvtgb",
        "1qaz2wsx3edc4rfv",
        "abcdefghijklmnopqrstuvwxyz",
    ),
    *("קראטוןםפ", "שדגכעיחלךף", "זסבהנמצת", "אבגדהוזחטיכלמנסעפצקרשת", "01234567890123456789"),
)
_LIST: Final = Path(__file__).with_name("guessable_words.txt")


class GuessablePasswordValidator:
    """For `AUTH_PASSWORD_VALIDATORS`; raises ValidationError with the code `password_guessable`."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_guessable(password, context=_context(user)):
            raise ValidationError(
                _("This password is among the first that somebody would try."), code="password_guessable"
            )

    def get_help_text(self) -> str:
        return _("No word that everybody takes, whatever stands around it.")


def is_guessable(password: str, *, context: tuple[str, ...] = ()) -> bool:
    """Tell whether somebody who guesses would come to a password soon; `context` names what they know."""
    plain = _plain(password)
    if len(set(plain)) < FEWEST_SIGNS or _is_walk(plain):
        return True
    known = _words() | {_core(each) for each in context}
    return any(form in known for form in _forms(plain)) or _is_walk(_core(plain))


def _forms(plain: str) -> Iterator[str]:
    """Yield the words that a password may be made of."""
    for typed in (plain, _other_keyboard(plain)):
        core = _core(typed)
        yield from (core, core.translate(_AS_DIGITS), _once(core))


def _once(word: str) -> str:
    """Return what is written twice or more, once."""
    for size in range(2, len(word) // 2 + 1):
        if len(word) % size == 0 and word == word[:size] * (len(word) // size):
            return word[:size]
    return word


def _core(text: str) -> str:
    """Return the letters of a word without what stands around and between them."""
    inner = _AROUND.sub("", _plain(text))
    return re.sub(r"[\s\-_.'\"׳״]+", "", inner).translate(_FINALS)


def _plain(text: str) -> str:
    without_points = (
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )
    return "".join(without_points)


def _other_keyboard(plain: str) -> str:
    is_hebrew = any("א" <= sign <= "ת" for sign in plain)
    here, there = (_HEBREW, _ENGLISH) if is_hebrew else (_ENGLISH, _HEBREW)
    return plain.translate(str.maketrans(here, there))


def _is_walk(text: str) -> bool:
    """Tell whether it goes along a row of keys, or through the alphabet, in one direction."""
    both = (*_WALKS, *(walk[::-1] for walk in _WALKS))
    return len(text) >= FEWEST_SIGNS and any(_once(text) in walk for walk in both)


@cache
def _words() -> frozenset[str]:
    return frozenset(_core(word) for word in _LIST.read_text(encoding="utf-8").split())


def _context(user: Any) -> tuple[str, ...]:
    """Return what belongs to a person and is no secret: names, the address, the organisation's name."""
    if user is None:
        return ()
    organization = getattr(user, "organization", None) if getattr(user, "organization_id", None) else None
    own = [
        user.username,
        user.display_name,
        *user.email.split("@"),
        organization.name if organization else "",
    ]
    return tuple(each for each in own if len(_core(each)) >= FEWEST_SIGNS)
