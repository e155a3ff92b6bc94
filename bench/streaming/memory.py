"""How a replica's memory goes over time: samples, and the slope through them with its interval."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import combinations
from math import sqrt
from statistics import median
from typing import Any, TypeAlias

SAMPLE_SECONDS = 2.0
MOST_POINTS = 150  # pairs of them are compared
SURE = 1.96  # of a normal distribution: 95 of 100
Sample: TypeAlias = "tuple[float, float]"  # when, or after how much; and the memory in MiB


@dataclass(slots=True)
class Samples:
    """What was seen so far: the memory in MiB, over the seconds and over the work done until then."""

    by_time: list[Sample] = field(default_factory=list)
    by_work: list[Sample] = field(default_factory=list)

    def add(self, memory: float, work: float) -> None:
        self.by_time.append((time.monotonic(), memory))
        self.by_work.append((work, memory))


@asynccontextmanager
async def sampled(
    memory: Callable[[], float], work: Callable[[], float] = lambda: 0
) -> AsyncIterator[Samples]:
    """Look at the memory again and again within the block."""
    samples = Samples()

    async def look() -> None:
        while True:
            samples.add(memory(), work())
            await asyncio.sleep(SAMPLE_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield samples
    finally:
        looking.cancel()
    samples.add(memory(), work())


def growth(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return by how much the memory grew, how it went, and at what pace in the second half."""
    found, _low, _high = slope(samples[len(samples) // 2 :])
    return {
        "grown_mib": round(samples[-1][1] - samples[0][1], 2),
        "memory_mib": course(samples),
        "second_half_mib_per_hour": round(found * 3600, 1),
    }


def course(samples: Sequence[Sample]) -> list[float]:
    return [round(memory, 1) for _at, memory in samples[:: max(1, len(samples) // 20)]]


def slope(samples: Sequence[Sample]) -> tuple[float, float, float]:
    """Return the growth per unit with the bounds of its interval: the median over all pairs (Theil and Sen),
    which a few steps of the allocator do not turn."""
    points = thinned(samples)
    if len(points) < 3:
        return 0.0, 0.0, 0.0
    slopes = sorted((b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if b[0] > a[0])
    count = len(points)
    off = int(SURE * sqrt(count * (count - 1) * (2 * count + 5) / 18) / 2)
    middle = len(slopes) // 2
    return median(slopes), slopes[max(0, middle - off)], slopes[min(len(slopes) - 1, middle + off)]


def thinned(samples: Sequence[Sample]) -> list[Sample]:
    """Return the least of each group of neighbours: what is held, without what is in use for a moment."""
    size = -(-len(samples) // MOST_POINTS)
    groups = (samples[start : start + size] for start in range(0, len(samples), size))
    return [min(group, key=lambda sample: sample[1]) for group in groups]
