"""English words of work and daily life, and the Hebrew ones that documents have for them.

A question in English finds Hebrew documents by its meaning alone: none of its words stands in them. With
these it is compared by words as well, and the sentence that answers is told from those beside it. They are
words of the general language; what one organisation calls its own things belongs in its glossary.
"""

import re
from functools import lru_cache
from pathlib import Path

_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
# What a form of a word may end in, and what stands there in the word itself.
_ENDINGS = (
    *(("'s", ""), ("s'", "s"), ("ies", "y"), ("ied", "y"), ("es", ""), ("es", "e"), ("s", "")),
    *(("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("er", ""), ("ly", "")),
)
_SHORTEST = 3


def _read(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        names, _colon, hebrew = line.partition(":")
        for name in () if line.startswith("#") else names.split():
            found[name] = (*found.get(name, ()), *hebrew.split())
    return found


_HEBREW = _read(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def hebrew_for(word: str) -> tuple[str, ...]:
    """Return the Hebrew words for an English word in any form, none for a word that is not known."""
    plain = word.lower()
    if not _LATIN.fullmatch(plain):
        return ()
    return next((_HEBREW[form] for form in _forms(plain) if form in _HEBREW), ())


def _forms(word: str) -> list[str]:
    stems = [
        word.removesuffix(ending) + restored
        for ending, restored in _ENDINGS
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST
    ]
    halved = [stem[:-1] for stem in stems if stem[-1:] == stem[-2:-1]]  # stopped: stop
    return [word, *stems, *halved]
