"""Do two questions ask the same? By their words and, where something embeds, by their meaning.

An approved answer to another question is worse than none, so some things speak against it whatever the
meaning's nearness: the questions ask for another kind of thing (who, when), one of them says no where the
other does not, or speaks of what was, or the question has a word that the wording has in no form, which makes
it a narrower one ("… בשבת", "… זמני"). docs/answers.md has the figures.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.kernel.hebrew.normalise import words
from retrieval.embeddings.port import EmbeddingsUnavailableError, Vectors
from retrieval.matching import Asked, asked, keys_of
from retrieval.meanings import meaning_embedder, meanings

# Cosines of the meanings of questions (`meanings`).
SAME_MEANING, SAME_WITHOUT_DOUBT = 0.68, 0.93
_MOST_OF_IT = 0.7  # the least share of the question's words that the wording has
_SAME_ROOT = 0.5
_COMPARED = 12  # wordings whose meaning is looked at
_KINDS = {
    "who": "מי למי ממי מיהו מיהי who whom",
    "when": "מתי ממתי שעות תאריך when",
    "where": "איפה היכן לאן מאיפה מיקום where",
    "amount": "כמה בכמה מחיר much many",
    "way": "איך כיצד how",
    "why": "למה מדוע why",
}
_KIND_OF = {word: kind for kind, some in _KINDS.items() for word in some.split()}
_WHICH_TIME = re.compile(r"(?:באיזו|באיזה|באילו) (?:יום|ימים|שעה|שעות|תאריך)")
_TELLING = frozenset({"who", "when", "where", "why"})
# What turns a question round, or asks for what is over: both questions have it, or neither.
_TURNING_WORDS = "לא אין אינו אינה אינם אינן אי בלי ללא אסור היה הייתה היו not no never without was were"
_TURNING = frozenset(_TURNING_WORDS.split())
# Words that narrow nothing: how somebody came to ask, in which unit, what kind of thing is wanted.
_COLOURLESS = frozenset(
    words("שכחתי כסף פרטים מידע הסבר עניין נושא במשך זמן יום ימים שעה שנים get info information")
    + words(" ".join(_KINDS.values()))
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A question taken apart: its words in order, those that it is about, and what kind of thing it wants."""

    text: str
    words: tuple[str, ...]
    asked: tuple[Asked, ...]
    keys: frozenset[str]
    kinds: frozenset[str]
    turning: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Compared:
    place: int
    wording: Wording
    of_question: float  # share of the question's words that the wording has
    of_wording: float

    @property
    def is_reworded(self) -> bool:
        """Tell whether a word stands in another's place, or the question says much more."""
        return (self.of_question < 1 and self.of_wording < 1) or self.of_question < _MOST_OF_IT


def same_question(question: str, wordings: Sequence[str]) -> int | None:
    """Return the place of the wording that asks the same as the question, None where none does.

    Synchronous and, where meanings have to be compared, busy for as long as embedding takes.
    """
    asking = _taken_apart(question)
    if not asking.words:
        return None
    some = [_compared(asking, _taken_apart(each), place) for place, each in enumerate(wordings)]
    exact = [each.place for each in some if each.wording.words == asking.words]
    if exact:
        return exact[0]
    likely = [each for each in some if each.of_question and _may_be_the_same(asking, each.wording)]
    likely.sort(key=lambda each: -(each.of_question + each.of_wording))
    return _nearest(asking, likely[:_COMPARED]) if likely else None


def _nearest(asking: Wording, likely: Sequence[_Compared]) -> int | None:
    same_words = [each.place for each in likely if each.of_question == each.of_wording == 1]
    embedder = meaning_embedder()
    if embedder is None:
        return same_words[0] if same_words else None
    try:
        own = _meaning(embedder.name, asking.text)
        near = [(float(own @ _meaning(embedder.name, each.wording.text)), each) for each in likely]
    except EmbeddingsUnavailableError:
        return same_words[0] if same_words else None
    same = [
        (cosine, each.place)
        for cosine, each in near
        if cosine >= (SAME_WITHOUT_DOUBT if each.is_reworded else SAME_MEANING)
    ]
    return max(same)[1] if same else None


def _compared(asking: Wording, wording: Wording, place: int) -> _Compared:
    return _Compared(place, wording, _share(asking.asked, wording.keys), _share(wording.asked, asking.keys))


def _share(some: Sequence[Asked], keys: frozenset[str]) -> float:
    """Return the share of the words that are among the keys; one that may be of the same root counts half."""
    held = [1.0 if each.is_in(keys) else _SAME_ROOT * each.may_be_in(keys) for each in some]
    return sum(held) / len(held) if held else 0.0


def _may_be_the_same(asking: Wording, wording: Wording) -> bool:
    """Tell whether nothing speaks against it: another kind of thing, a turn, or a narrowing word."""
    if asking.kinds and wording.kinds and not asking.kinds & wording.kinds:
        return False
    if (asking.kinds & _TELLING) - wording.kinds or asking.turning != wording.turning:
        return False
    return not any(_narrows(each, wording) for each in asking.asked)


def _narrows(word: Asked, wording: Wording) -> bool:
    """Tell whether the wording has the word in no form, nor one of its possible roots."""
    if word.is_in(wording.keys) or word.may_be_in(wording.keys):
        return False
    return _COLOURLESS.isdisjoint(
        (word.word, word.word[1:])
    )  # a letter before it is an article or a particle


@lru_cache(maxsize=16_384)
def _taken_apart(text: str) -> Wording:
    typed = [*map(str.lower, _WORD.findall(text))]
    kinds = {_KIND_OF[word] for word in typed if word in _KIND_OF}
    if _WHICH_TIME.search(text):
        kinds.add("when")
    if "amount" in kinds and "how" in typed:
        kinds.discard("way")
    turning = _TURNING.intersection(typed)
    return Wording(text, tuple(words(text)), tuple(asked(text)), keys_of(text), frozenset(kinds), turning)


@lru_cache(maxsize=8_192)
def _meaning(embedder: str, text: str) -> Vectors:
    """Return where a question stands; raise EmbeddingsUnavailableError when another embedder than the named
    one has come into use since.
    """
    own = meaning_embedder()
    if own is None or own.name != embedder:
        raise EmbeddingsUnavailableError
    meaning: Vectors = meanings(own, [text])[0]
    return meaning
