"""Fitting the weights of the second look to questions whose passages are known.

Among the candidates of one question each has a chance of being the one asked for, in proportion to e raised
to its weighted features; the weights are those by which the right ones are likeliest, with a small ridge
penalty (a conditional logit, by Newton's method with halved steps).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_PENALTY = 1e-3
_STEPS = 20
_ENOUGH = 1e-5

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """The candidates of one question, a row of features each, and which of them is right."""

    rows: _Floats
    right: int


def fit_weights(cases: Sequence[Case]) -> list[float]:
    """Return a weight for each feature, in the feature's own unit; 0 for one that never differs."""
    width = np.concatenate([case.rows for case in cases]).std(axis=0)
    width = np.where(width > 1e-9, width, np.inf)
    scaled = [Case((case.rows - case.rows.mean(axis=0)) / width, case.right) for case in cases]
    weights: _Floats = np.zeros(len(width))
    for _step in range(_STEPS):
        loss = _loss(scaled, weights)
        direction = _newton(scaled, weights)
        size = 1.0
        while size > 1e-3 and _loss(scaled, weights - size * direction) > loss:
            size /= 2
        weights = weights - size * direction
        if loss - _loss(scaled, weights) < _ENOUGH:
            break
    return [float(weight) for weight in weights / width]


def _chances(case: Case, weights: _Floats) -> _Floats:
    odds = case.rows @ weights
    weighed = np.exp(odds - odds.max())
    chances: _Floats = weighed / weighed.sum()
    return chances


def _loss(cases: Sequence[Case], weights: _Floats) -> float:
    missed = sum(-np.log(max(_chances(case, weights)[case.right], 1e-300)) for case in cases)
    return float(missed / len(cases) + _PENALTY * weights @ weights)


def _newton(cases: Sequence[Case], weights: _Floats) -> _Floats:
    slope: _Floats = 2 * _PENALTY * weights
    spreads = [2 * _PENALTY * np.eye(len(weights))]
    for case in cases:
        chances = _chances(case, weights)
        mean = chances @ case.rows
        slope = slope + (mean - case.rows[case.right]) / len(cases)
        spread: _Floats = (case.rows * chances[:, None]).T @ case.rows - np.outer(mean, mean)
        spreads.append(spread / len(cases))
    step: _Floats = np.linalg.solve(np.sum(spreads, axis=0), slope)
    return step
