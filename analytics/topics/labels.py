"""What a group of questions is called: the words that mark it among all groups.

A word weighs by how many people of the group used it, and the less the more groups use it: class-based
tf-idf, Grootendorst, "BERTopic" (2022), counting people in place of words, so that nobody's own words become
a name. Attached particles come off where the word is said without them, too.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from analytics.departments import MINIMUM_GROUP
from config.kernel.hebrew.normalise import content_words, embedding_text, without_particles

_SPELLED = re.compile(r"[^\W\d_]+(?:[\"'״׳’][^\W\d_]+)*")
# What is said around a question about anything.
_AROUND = frozenset(
    word
    for text in (
        "שלום היי הי בוקר טוב ערב תודה בבקשה מישהו מישהי יודע יודעת יודעים לדעת רציתי רוצה רוצים אשמח לתשובה",
        "אפשר ניתן צריך צריכה צריכים חייב חייבת חייבים מותר אסור מגיע מגיעה מגיעים מקבלים לקבל עושים לעשות",
        "שאלה שאלות דחוף עוד פעם פעמים איפה לאן מאיפה כיצד בשביל לגבי בנושא סעיף עכשיו היום יכול יכולה שוב",
        "אחרי לפני בלי תוך מתוך כמו כבר עדיין עם בגלל במקום פונים לפנות",
        "please thanks hello hi can could should need want get have has with from your our we you it",
    )
    for word in content_words(text)
)
# Without its particle a word is one of its own if it is said alone so often, beside how often it is with it,
# or with so many particles.
_ALONE = 0.25
_PARTICLES, _PARTICLES_OF_ONE = "הבל", 2


_Phrase = tuple[str, ...]  # of bare words


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody asked."""

    who: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How many people used each word over all groups, as it was written and `bare`; and how many such uses
    a group has on average.
    """

    written: Mapping[str, int]
    bared: Mapping[str, int]
    average: float

    def bare(self, word: str) -> str:
        """Return the word without attached particles, where what is left is a word of its own."""
        return _bare(word, self.written)

    def weight(self, word: str) -> float:
        """Return how much a bare word says about the groups that use it."""
        return math.log(1 + self.average / max(1, self.bared.get(word, 0)))


def used_words(group: Iterable[Said]) -> dict[str, int]:
    """Return how many people of the group used each word."""
    users: dict[str, set[UUID]] = defaultdict(set)
    for said in group:
        for word, _spelling in _spelled(said.text):
            users[word].add(said.who)
    return {word: len(who) for word, who in users.items() if word}


def shared_words(group: Iterable[Said]) -> dict[str, int]:
    """Return those of them that enough people used to be kept."""
    return {word: people for word, people in used_words(group).items() if people >= MINIMUM_GROUP}


def lexicon(groups: Sequence[Mapping[str, int]]) -> Lexicon:
    """Return what is known of words from those that each group used."""
    written: Counter[str] = Counter()
    for words in groups:
        written.update(words)
    bared: Counter[str] = Counter()
    for word, people in written.items():
        bared[_bare(word, written)] += people
    return Lexicon(written, bared, written.total() / max(1, len(groups)))


def label_of(group: Sequence[Said], known: Lexicon, taken: Collection[str] = ()) -> str:
    """Return the two or three words that mark the group, as people spell them; empty where too few people use
    the same word. One of `taken` is told apart by a further word, if there is one.
    """
    users, spellings = _counted(group, known)
    words = {phrase[0]: len(who) for phrase, who in users.items() if len(phrase) == 1}
    marking = sorted(words, key=lambda word: (-words[word] * known.weight(word), word))
    if not marking:
        return ""
    first = marking[0]
    beside = [
        (len(who) * sum(map(known.weight, phrase)), phrase)
        for phrase, who in users.items()
        if len(phrase) > 1 and first in phrase and len(who) >= words[first] / 2
    ]
    chosen = max(beside)[1] if beside else (first,)
    label = spellings[chosen].most_common(1)[0][0]
    further = next((word for word in marking if word not in chosen), "")
    is_lonely = len(chosen) == 1 and words.get(further, 0) >= words[first] / 3
    if further and (is_lonely or label in taken):
        return f"{label}, {spellings[further,].most_common(1)[0][0]}"
    return label


def _counted(
    group: Iterable[Said], known: Lexicon
) -> tuple[dict[_Phrase, set[UUID]], dict[_Phrase, Counter[str]]]:
    """Return who used each word and each two words in a row, if they are enough, and how each is spelled."""
    users: dict[_Phrase, set[UUID]] = defaultdict(set)
    spellings: dict[_Phrase, Counter[str]] = defaultdict(Counter)
    for said in group:
        row = [(known.bare(word) if word else "", word, spelling) for word, spelling in _spelled(said.text)]
        for bare, word, spelling in row:
            users[bare,].add(said.who)
            spellings[bare,][spelling[len(word) - len(bare) :]] += 1
        for one, other in pairwise(row):
            users[one[0], other[0]].add(said.who)
            spellings[one[0], other[0]][f"{_with_article(*one)} {other[2]}"] += 1
    enough = {each: who for each, who in users.items() if all(each) and len(who) >= MINIMUM_GROUP}
    return enough, spellings


def _with_article(bare: str, word: str, spelling: str) -> str:
    """Return the word as it stands before another one: its article may belong to both."""
    attached = len(word) - len(bare)
    return spelling[attached - word[:attached].endswith("ה") :]


def _spelled(text: str) -> list[tuple[str, str]]:
    """Return the words with their spelling, in order; an empty one where a word says nothing by itself."""
    found = []
    for spelling in _SPELLED.findall(embedding_text(text)):
        [word] = content_words(spelling) if len(content_words(spelling)) == 1 else [""]
        found.append((word, spelling) if len(word) > 1 and word not in _AROUND else ("", ""))
    return found


def _bare(word: str, written: Mapping[str, int]) -> str:
    for form in reversed(without_particles(word)[1:]):
        tied = [letter for letter in _PARTICLES if letter + form in written]
        alone = written.get(form, 0) >= _ALONE * written.get(word, 1)
        if alone or len(tied) >= _PARTICLES_OF_ONE:
            return form
    return word
