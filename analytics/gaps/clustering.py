"""Groups of vectors by average linkage, begun from groups that are there already.

Sokal and Michener, "A statistical method for evaluating systematic relationships" (1958), as agglomeration
along chains of nearest neighbours: Murtagh, "A survey of recent advances in hierarchical clustering
algorithms" (The Computer Journal, 1983). The mean similarity of two groups of unit vectors is the scalar
product of their means, so a group is known by its mean and its size alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
_NEVER = np.float32(-np.inf)


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is there: the mean of its unit vectors, and how many they are."""

    mean: Matrix
    size: int


def assign(vectors: Matrix, groups: Sequence[Group], *, least: float) -> list[int]:
    """Return a number for each vector: below `len(groups)` that of its group, from there on a new one's.

    `vectors` are unit vectors, float32[n, d]. Two groups become one as long as the mean similarity of their
    members is at least `least`; those of `groups` never do. The order of the vectors changes nothing, unless
    similarities are equal. Takes n² memory and time.
    """
    if not len(vectors):
        return []
    similar, sizes = _begun(vectors, groups)
    joined = _joined(similar, sizes, np.float32(least))
    given = len(groups)
    numbers: dict[int, int] = {}
    return [
        root
        if (root := _root(joined, given + row)) < given
        else numbers.setdefault(root, given + len(numbers))
        for row in range(len(vectors))
    ]


def _begun(vectors: Matrix, groups: Sequence[Group]) -> tuple[Matrix, Matrix]:
    """Return how similar any two are at the beginning, and how many stand behind each."""
    means = np.vstack([*(group.mean[None, :] for group in groups), vectors]).astype(np.float32)
    similar: Matrix = means @ means.T
    similar[: len(groups), : len(groups)] = _NEVER
    np.fill_diagonal(similar, _NEVER)
    sizes = np.array([*(group.size for group in groups), *[1] * len(vectors)], dtype=np.float32)
    return similar, sizes


def _joined(similar: Matrix, sizes: Matrix, least: np.float32) -> list[int]:
    """Return for each what it was joined to, itself where it was not; the smaller index stays."""
    joined = list(range(len(sizes)))
    open_ones = dict.fromkeys(joined)
    chain: list[int] = []
    while open_ones:
        if not chain:
            chain.append(next(iter(open_ones)))
        last = chain[-1]
        nearest = int(similar[last].argmax())
        if len(chain) > 1 and similar[last, chain[-2]] >= similar[last, nearest]:
            nearest = chain[-2]
        if similar[last, nearest] < least:  # nothing that is joined later comes nearer than its parts
            similar[last, :] = similar[:, last] = _NEVER
            del open_ones[chain.pop()]
        elif len(chain) > 1 and nearest == chain[-2]:
            del chain[-2:]
            keep, leave = sorted((last, nearest))
            _join(similar, sizes, keep, leave)
            joined[leave] = keep
            del open_ones[leave]
        else:
            chain.append(nearest)
    return joined


def _join(similar: Matrix, sizes: Matrix, keep: int, leave: int) -> None:
    both = (similar[keep] * sizes[keep] + similar[leave] * sizes[leave]) / (sizes[keep] + sizes[leave])
    both[[keep, leave]] = _NEVER
    similar[keep], similar[:, keep] = both, both
    similar[leave, :] = similar[:, leave] = _NEVER
    sizes[keep] += sizes[leave]


def _root(joined: Sequence[int], one: int) -> int:
    while joined[one] != one:
        one = joined[one]
    return one
