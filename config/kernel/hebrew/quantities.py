"""Numbers as people ask for them, and the ranges in which documents state their rules.

A question says "שנתיים", "חמש שנים", "20,000 ₪"; a table's row says "1–3", "10 ומעלה", "עד 2,500 ₪".
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from config.kernel.hebrew.normalise import words

T = TypeVar("T")
MONEY = "money"
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Hours and dates are no amounts, neither are the numbers in names of forms.
_NO_AMOUNT = re.compile(r"\d{1,2}:\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d+-[A-Z]\b|\b[A-Z]+-?\d+\b")
_NUMBER = r"(\d+(?:\.\d+)?)"
_BETWEEN = re.compile(
    rf"{_NUMBER}[^\d.,;]{{0,12}}?(?:[-–—־]|\bעד\b|\bל[-־]?|\bto\b)[^\d.,;]{{0,6}}?{_NUMBER}"
)
_FROM = re.compile(
    rf"(?:(?:מעל|יותר מ|החל מ|over|above|from|more than)\D{{0,6}}{_NUMBER}"
    rf"|{_NUMBER}\D{{0,12}}?(?:ומעלה|ואילך|ויותר|\+|or more|and above))"
)
_UP_TO = re.compile(rf"(?:\bעד|פחות מ|מתחת ל|up to|below|under|less than)\D{{0,6}}{_NUMBER}")

_ONES = (
    "אחת אחד",
    "שתיים שניים שני שתי שתים שנים two",
    "שלוש שלושה שלושת three",
    "ארבע ארבעה ארבעת four",
    "חמש חמישה חמשת five",
    "שש שישה ששת six",
    "שבע שבעה שבעת seven",
    "שמונה שמונת eight",
    "תשע תשעה תשעת nine",
    "עשר עשרה עשרת ten",
)
_TENS = "עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים"
_UNITS = {
    "year": "שנה שנים שנות year years",
    "month": "חודש חודשים month months",
    "week": "שבוע שבועות week weeks",
    "day": "יום ימים ימי day days",
    "hour": "שעה שעות hour hours",
    "minute": "דקה דקות minute minutes",
    MONEY: "שקל שקלים שח nis ils shekels",
}
_PAIRS = {"שנתיים": "year", "חודשיים": "month", "שבועיים": "week", "יומיים": "day", "שעתיים": "hour"}


def _normal(text: str) -> list[str]:
    return words(text)


_VALUES = {word: float(value) for value, forms in enumerate(_ONES, start=1) for word in _normal(forms)}
_VALUES |= {word: 10.0 * tens for tens, word in enumerate(_normal(_TENS), start=2)}
_VALUES |= {_normal("מאה")[0]: 100.0, _normal("מאתיים")[0]: 200.0, _normal("אלפיים")[0]: 2000.0}
_TIMES = dict.fromkeys(_normal("אלף אלפים thousand"), 1000.0) | {_normal("מאות")[0]: 100.0}
_UNIT_OF = {word: unit for unit, forms in _UNITS.items() for word in _normal(forms)}
_PAIR_OF = {_normal(word)[0]: unit for word, unit in _PAIRS.items()}
_TEN = frozenset(_normal("עשר עשרה"))
_BESIDE_AMOUNTS = frozenset(_normal("מעל מתחת יותר פחות over above below under than"))
_PARTICLES = "והבכלמש"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts, None where that is not said."""

    value: float
    unit: str | None


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends belong to it."""

    low: float
    high: float
    units: frozenset[str]

    def holds(self, quantity: Quantity) -> bool:
        """Tell whether the quantity is in the range and may count the same."""
        fits = not self.units or quantity.unit is None or quantity.unit in self.units
        return fits and self.low <= quantity.value <= self.high


def quantities_in(text: str) -> list[Quantity]:
    """Return the numbers of `text` in order, written as digits or as words."""
    spoken = words(_NO_AMOUNT.sub(" ", text).replace("₪", f" {_normal('שקל')[0]} "))
    return list(_read(spoken))


def range_of(label: str, column: str = "") -> Range | None:
    """Return the range that a row's label states; what it counts may be said in its column's name."""
    if _NO_AMOUNT.search(label):
        return None
    units = frozenset(units_in(label) or units_in(column))
    plain = _THOUSANDS.sub("", label.lower())
    if found := _BETWEEN.search(plain):
        return Range(float(found[1]), float(found[2]), units)
    if found := _FROM.search(plain):
        return Range(float(found[1] or found[2]), math.inf, units)
    if found := _UP_TO.search(plain):
        return Range(0.0, float(found[1]), units)
    stated = quantities_in(label)
    return Range(stated[0].value, stated[0].value, units) if len(stated) == 1 else None


def is_amount(word: str) -> bool:
    """Tell whether a normal word is a number or a word of one: 20000, חמש, שנתיים, אלף, שקל, מעל."""
    is_said = any(_of(word, table) is not None for table in (_VALUES, _PAIR_OF, _TIMES))
    return word[0].isdecimal() or is_said or word in _BESIDE_AMOUNTS or _unit(word) == MONEY


def units_in(text: str) -> set[str]:
    """Return what the words of `text` count by: years, days, money."""
    spoken = words(text.replace("₪", f" {_normal('שקל')[0]} "))
    return {unit for word in spoken if (unit := _unit(word)) is not None}


def _read(spoken: list[str]) -> Iterator[Quantity]:
    position = 0
    while position < len(spoken):
        word = spoken[position]
        if (unit := _of(word, _PAIR_OF)) is not None:
            yield Quantity(2.0, unit)
            position += 1
            continue
        value = float(word) if _DIGITS.fullmatch(word) else _of(word, _VALUES)
        position += 1
        if value is None or (word in _UNIT_OF and not _counts_on(spoken, position)):
            continue
        value, position = _continued(value, spoken, position)
        following = spoken[position] if position < len(spoken) else ""
        yield Quantity(value, _unit(following))


def _counts_on(spoken: list[str], position: int) -> bool:
    """`שנים` is "two" before a noun and "years" elsewhere; only "שנים עשר" is taken for a number."""
    return position < len(spoken) and spoken[position] in _TEN


def _continued(value: float, spoken: list[str], position: int) -> tuple[float, int]:
    """Return the number with the tens or thousands that follow, and the place behind them."""
    while position < len(spoken):
        word = spoken[position]
        if word in _TEN and value < 10:
            value += 10
        elif word in _TIMES:
            value *= _TIMES[word]
        else:
            break
        position += 1
    return value, position


def _unit(word: str) -> str | None:
    return _of(word, _UNIT_OF)


def _of(word: str, table: Mapping[str, T]) -> T | None:
    """Return what the table has for the word, with or without a particle before it."""
    found = table.get(word)
    return table.get(word[1:]) if found is None and word[:1] and word[0] in _PARTICLES else found
