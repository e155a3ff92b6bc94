"""How near a question is to just any passage of a tenant: measured on a sample, kept until the index changes.

Every passage has a random number of its own, so those below a bound are a fair sample of what a reader may
see, the same one on every replica. An organisation with fewer passages than the sample is measured whole.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

import numpy as np
from weaviate.classes.query import Filter
from weaviate.collections.classes.filters import _Filters

from retrieval.embeddings.port import Vectors
from retrieval.vectors.port import Background
from retrieval.vectors.weaviate_schema import DRAWS, Stored

SAMPLE = 1000
_KEPT_SAMPLES = 32


@dataclass(frozen=True, slots=True)
class SampleKey:
    """Whose passages are sampled: those with this vector that carry one of the tokens and the category."""

    organization_id: UUID
    vector: str
    audience: frozenset[str] | None
    category: str | None


class Backgrounds:
    """The samples of a process, the longest unused of them forgotten; safe to share between threads."""

    def __init__(self) -> None:
        self._samples: OrderedDict[SampleKey, tuple[int, Vectors]] = OrderedDict()
        self._lock = Lock()

    def known(self, key: SampleKey, version: int) -> Vectors | None:
        """Return the sample taken of this version of the index, one row for each passage."""
        with self._lock:
            kept = self._samples.get(key)
            if kept is None or kept[0] != version:
                return None
            self._samples.move_to_end(key)
            return kept[1]

    def keep(self, key: SampleKey, version: int, sample: Vectors) -> None:
        with self._lock:
            self._samples[key] = version, sample
            self._samples.move_to_end(key)
            while len(self._samples) > _KEPT_SAMPLES:
                self._samples.popitem(last=False)


def take_sample(passages: Stored, key: SampleKey, visible: _Filters) -> Vectors:
    """Return the vectors of about SAMPLE of the visible passages, or of all where there are fewer."""
    count = passages.aggregate.over_all(filters=visible, total_count=True).total_count or 0
    if count > SAMPLE:
        visible &= Filter.by_property("draw").less_than(DRAWS * SAMPLE // count)
    found = passages.query.fetch_objects(
        filters=visible, limit=2 * SAMPLE, include_vector=[key.vector], return_properties=[]
    )
    rows = [
        vectors[key.vector] for vectors in (item.vector for item in found.objects) if key.vector in vectors
    ]
    return np.array(rows, np.float32)


def background_of(sample: Vectors, vector: Vectors) -> Background | None:
    """Return mean and deviation of the cosines to the sample; None where it is empty."""
    if not sample.size:
        return None
    cosines = sample @ vector
    return Background(float(cosines.mean()), float(cosines.std()))
