"""Numbers as people ask for them and ranges as documents state them."""

import math

import pytest

from config.kernel.hebrew.quantities import Quantity, is_amount, quantities_in, range_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("כמה ימי חופשה אחרי שנתיים?", [Quantity(2, "year")]),
        ("אחרי חמש שנים בעבודה", [Quantity(5, "year")]),
        ("ותק של שתים עשרה שנה", [Quantity(12, "year")]),
        ("רכישה ב-20,000 ₪", [Quantity(20000, "money")]),
        ("עשרים אלף שקלים", [Quantity(20000, "money")]),
        ("היעדרות של 3 ימים", [Quantity(3, "day")]),
        ("after three years", [Quantity(3, "year")]),
        ("קוד שגיאה 691", [Quantity(691, None)]),
        ("טופס 12-B בשעה 08:30, ב-03.04.2026", []),
        ("כמה שנים נשמר הקובץ?", []),
        ("", []),
    ],
)
def test_amounts_are_read_as_digits_and_as_words(text: str, expected: list[Quantity]) -> None:
    assert quantities_in(text) == expected


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [
        ("1–3", 1, 3),
        ("2 עד 14 ימים", 2, 14),
        ("2,501–25,000 ₪", 2501, 25000),
        ("10 ומעלה", 10, math.inf),
        ("מעל 150,000 ₪", 150000, math.inf),
        ("יותר מ־5 ימים", 5, math.inf),
        ("עד 2,500 ₪", 0, 2500),
        ("Up to 30 days", 0, 30),
        ("691", 691, 691),
    ],
)
def test_labels_state_ranges(label: str, low: float, high: float) -> None:
    stated = range_of(label)
    assert stated is not None
    assert (stated.low, stated.high) == (low, high)


@pytest.mark.parametrize("label", ["07:00–19:00", "אירופה", "ב-12.3.2026", "", "טופס 7-C"])
def test_other_labels_state_none(label: str) -> None:
    assert range_of(label) is None


def test_a_range_holds_what_counts_the_same() -> None:
    years = range_of("1–3", "ותק בשנים")
    assert years is not None
    assert years.holds(Quantity(2, "year"))
    assert years.holds(Quantity(2, None))
    assert not years.holds(Quantity(2, "day"))
    assert not years.holds(Quantity(4, "year"))


@pytest.mark.parametrize("word", ["50", "חמש", "שנתיימ", "אלפ", "שקל", "מעל"])
def test_words_of_an_amount_are_known(word: str) -> None:
    assert is_amount(word)


@pytest.mark.parametrize("word", ["רכש", "מאשר", "טופס"])
def test_other_words_are_no_amount(word: str) -> None:
    assert not is_amount(word)
