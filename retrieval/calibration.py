"""Fitting the evidence's weights to questions that are known to have an answer or not.

Logistic regression with a small ridge penalty; both kinds of question count equally, however many there are
of each, so the confidence is that of a world where every other question has an answer. The threshold is the
one that keeps the wished-for share of the answerable questions, judged by weights that have not seen them
(cross-validation).

Questions in another language than what they find are no part of the fit. For them the allowance is the
greatest that still refuses REFUSED_FOREIGN of those without an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.evidence import Calibration, Signals, score_of

FOLDS = 10
ROUNDS = 10
PENALTY = 1.0
REFUSED_FOREIGN = 0.75

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quality:
    """What the calibration is worth on questions it has not seen.

    `auroc` is the chance that an answerable question gets the higher confidence of a pair.
    """

    auroc: float
    kept: float
    refused: float


def calibrate(
    signals: Sequence[Signals], answerable: Sequence[bool], *, keep: float
) -> tuple[Calibration, Quality]:
    """Return the calibration that keeps `keep` of the answerable questions, and its quality."""
    rows, labels = np.array([each.as_row() for each in signals]), np.array(answerable)
    unseen = _unseen_scores(rows, labels)
    threshold = float(np.quantile(unseen[:, labels], 1 - keep))
    *weights, bias = _fit(rows, labels)
    calibration = Calibration(
        weights=(weights[0], weights[1], weights[2], weights[3], weights[4], weights[5]),
        bias=bias,
        answer_from=_sigmoid(threshold),
    )
    positives, negatives = unseen[:, labels], unseen[:, ~labels]
    return calibration, Quality(
        auroc=float(np.mean([_auroc(*pair) for pair in zip(positives, negatives, strict=True)])),
        kept=float((positives >= threshold).mean()),
        refused=float((negatives < threshold).mean()),
    )


def with_allowance(
    calibration: Calibration, signals: Sequence[Signals], answerable: Sequence[bool]
) -> tuple[Calibration, Quality]:
    """Return the calibration with the allowance for foreign questions, and what that is worth on questions
    of which it has seen the others only; there must be some of both kinds.
    """
    scores = np.array([score_of(each, replace(calibration, foreign=0.0)) for each in signals])
    labels = np.array(answerable)
    threshold = float(np.log(calibration.answer_from / (1 - calibration.answer_from)))
    order = np.random.default_rng(0).permutation(len(labels))
    unseen = np.zeros(len(labels))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        others = np.setdiff1d(order, held)
        unseen[held] = scores[held] + _allowance(scores[others][~labels[others]], threshold)
    quality = Quality(
        auroc=_auroc(unseen[labels], unseen[~labels]),
        kept=float((unseen[labels] >= threshold).mean()),
        refused=float((unseen[~labels] < threshold).mean()),
    )
    return replace(calibration, foreign=_allowance(scores[~labels], threshold)), quality


def _allowance(unanswerable: _Floats, threshold: float) -> float:
    return max(threshold - float(np.quantile(unanswerable, REFUSED_FOREIGN)), 0.0)


def _unseen_scores(rows: _Floats, labels: NDArray[np.bool_]) -> _Floats:
    """Return for every round the score of each question by weights fitted without it."""
    random = np.random.default_rng(0)
    scores = np.zeros((ROUNDS, len(labels)))
    for each in scores:
        order = random.permutation(len(labels))
        for fold in range(FOLDS):
            held = order[fold::FOLDS]
            others = np.setdiff1d(order, held)
            *weights, bias = _fit(rows[others], labels[others])
            each[held] = rows[held] @ np.array(weights) + bias
    return scores


def _fit(rows: _Floats, labels: NDArray[np.bool_]) -> list[float]:
    """Return the weights and the bias by Newton's method, for signals in their own units."""
    centre, width = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    scaled = np.column_stack([(rows - centre) / width, np.ones(len(rows))])
    importance = np.where(labels, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    penalty = np.diag([PENALTY] * rows.shape[1] + [1e-6])
    weights = np.zeros(scaled.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (importance * (chance - labels)) + penalty @ weights
        bend = (scaled * (importance * chance * (1 - chance))[:, None]).T @ scaled + penalty
        weights -= np.linalg.solve(bend, slope)
    own_units = weights[:-1] / width
    return [*own_units.tolist(), float(weights[-1] - own_units @ centre)]


def _auroc(positives: _Floats, negatives: _Floats) -> float:
    wins = positives[:, None] > negatives[None, :]
    ties = positives[:, None] == negatives[None, :]
    return float(wins.mean() + ties.mean() / 2)


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))
