"""Does a text speak of what a question asks? Its words in any form, each by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from config.kernel.hebrew.morphology import roots_of
from config.kernel.hebrew.normalise import content_words, word_tokens
from config.kernel.hebrew.quantities import is_amount
from config.kernel.hebrew.questions import asked_words
from retrieval.other_language import hebrew_words, is_foreign

_ROOT = 3
_FAMILY = "~"
_ROOT_OF = "√"
_PARTICLES = "ובלמש"


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of a question: its normal form, its keys, and those of the roots that it may be of."""

    word: str
    keys: frozenset[str]
    roots: frozenset[str]

    @property
    def is_number(self) -> bool:
        """Tell whether it is an amount, which a range may hold as well."""
        return is_amount(self.word)

    def is_in(self, keys: frozenset[str]) -> bool:
        """Tell whether the word, a form of it or a near relative is among the keys of a text."""
        return not self.keys.isdisjoint(keys)

    def may_be_in(self, keys: frozenset[str]) -> bool:
        """Tell whether a word that may be of the same root is among the keys: תשלום for משלמים."""
        return not self.roots.isdisjoint(keys)


def asked(question: str) -> list[Asked]:
    """Return the different words that the question is about."""
    meant = [word for word in dict.fromkeys(asked_words(question)) if not _is_asking(word)]
    return [Asked(word, keys_of_word(word), _roots_of(word)) for word in meant]


def asked_in_any_language(question: str) -> list[Asked]:
    """Return the words that the question is about, those of an English one in a text also by the Hebrew words
    for them.
    """
    found = asked(question)
    return [_with_hebrew(word) for word in found] if is_foreign(question) else found


def _with_hebrew(word: Asked) -> Asked:
    hebrew = hebrew_words(word.word)
    return replace(
        word,
        keys=word.keys.union(*(keys_of_word(each) for each in hebrew)),
        roots=word.roots.union(*(_roots_of(each) for each in hebrew)),
    )


def keys_of(*texts: str) -> frozenset[str]:
    """Return the keys of all words of the texts, of the Hebrew ones for those in English, and of the roots
    that they may be of.
    """
    words = {word for text in texts for word in content_words(text)}
    words |= {hebrew for word in words if word.isascii() for hebrew in hebrew_words(word)}
    return frozenset().union(*(keys_of_word(word) | _roots_of(word) for word in words))


def coverage(words: Iterable[Asked], keys: frozenset[str]) -> float:
    """Return the share of the words that are among the keys; 0 for no words."""
    found = [word.is_in(keys) for word in words]
    return sum(found) / len(found) if found else 0.0


def _is_asking(word: str) -> bool:
    """Tell whether a word is a stop word behind a particle: "and how many", "to whom"."""
    return len(word) > _ROOT - 1 and word[0] in _PARTICLES and not content_words(word[1:])


@lru_cache(maxsize=16_384)
def keys_of_word(word: str) -> frozenset[str]:
    """Return the index tokens of a normal word and the names of its family.

    Stems of one family differ in their last letter, or by it: חפש and חפשה, ססמה and ססמא.
    """
    tokens = word_tokens(word)
    stems = [token for token in tokens if len(token) >= _ROOT and "א" <= token[0] <= "ת"]
    families = {_FAMILY + stem for stem in stems} | {
        _FAMILY + stem[:-1] for stem in stems if len(stem) > _ROOT
    }
    return frozenset(tokens) | families


@lru_cache(maxsize=16_384)
def _roots_of(word: str) -> frozenset[str]:
    return frozenset(_ROOT_OF + root for root in roots_of(word))
