"""What words of one family share, when the stems of `normalise` do not meet.

A Hebrew word is mostly a root of three consonants in a pattern: `ניתוק`, `מנתקים`, `ינותק` and `התנתק` are
all of the root נתק. `roots_of` takes off what the patterns of verbs and of their nouns add in front and
behind (the letters of tense and person, הת and נ of the stems, feminine and plural endings) and the vowel
letters inside; where three consonants are left, they may be the root. Which of several readings is right
cannot be seen without a dictionary, so all are given, and the search weighs them by their rarity.

`trigrams_of` are the three-letter pieces of a word with its ends marked: two spellings of a word, or a word
and its mistyped self, have most of them in common.
"""

import re
from functools import lru_cache
from sys import intern

from config.kernel.hebrew.normalise import without_particles

_LONGEST = 12
_ROOT_LENGTH = 3
# In front of a verb or its noun; the longer before their parts does not matter, all are tried.
_PREFIXES = ("להת", "להי", "שהת", "לה", "לי", "הת", "מת", "ית", "תת", "נת", "את", "הי", "וי", "ות")
_PREFIX_LETTERS = "היתנאמלבכשו"
# The longest that leaves a root is taken off.
_ENDINGS = ("ויות", "יות", "ימ", "ות", "ית", "יה", "נו", "תי", "תמ", "ה", "ת", "י", "ו", "")
_VOWELS = re.compile("[וי]")
_PIECE = 3
# The words of some ten thousand passages. There are few different roots and pieces, so each is kept once.
_WORDS = 65_536


@lru_cache(maxsize=_WORDS)
def roots_of(word: str) -> tuple[str, ...]:
    """Return the roots that a normal Hebrew word may be of; none for other words."""
    if not "א" <= word[0] <= "ת" or not _ROOT_LENGTH <= len(word) <= _LONGEST:
        return ()
    bodies = {form: None for part in without_particles(word) for form in _without_prefix(part)}
    found = [root for body in bodies if (root := _consonants(body)) is not None]
    return tuple(map(intern, dict.fromkeys(found)))


@lru_cache(maxsize=_WORDS)
def trigrams_of(word: str) -> tuple[str, ...]:
    """Return the three-letter pieces of a normal word; a number is one piece."""
    if word[0].isdecimal():
        return (word,)
    marked = f"^{word}$"
    return tuple(intern(marked[start : start + _PIECE]) for start in range(len(marked) - _PIECE + 1))


def _without_prefix(word: str) -> list[str]:
    forms = [word]
    forms += [word[len(prefix) :] for prefix in _PREFIXES if word.startswith(prefix)]
    if word[0] in _PREFIX_LETTERS:
        forms.append(word[1:])
    return [form for form in forms if len(form) >= _ROOT_LENGTH]


def _consonants(body: str) -> str | None:
    """Return the consonants of a word without its ending, if they are as many as a root has."""
    for ending in _ENDINGS:
        if body.endswith(ending):
            rest = body[: len(body) - len(ending)]
            if len(rest) > _ROOT_LENGTH and _VOWELS.match(rest):
                rest = rest[1:]  # the vowel of the prefix, as in תוחלף
            left = rest[:1] + _VOWELS.sub("", rest[1:])
            if len(left) >= _ROOT_LENGTH:
                return left if len(left) == _ROOT_LENGTH else None
    return None
