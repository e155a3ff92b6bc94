"""What each step of the search is worth: the same questions by the search as it was, then step by step.

A step is worth the mean difference of the reciprocal rank to the step before, question by question, with a
95 % interval by the bootstrap over questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from config.kernel.hebrew.normalise import content_words, search_tokens
from config.kernel.hebrew.questions import asked_words
from retrieval import terms
from retrieval.embeddings import LEXICAL, get_embedder
from retrieval.embeddings.port import Vectors
from retrieval.models import Passage
from retrieval.ranking import Fused, fuse
from retrieval.reading import JudgedQuestion
from retrieval.rescoring import Features, features_of, weights_of
from retrieval.search import LEG_LIMIT, find_candidates, visible
from retrieval.types import Reader
from retrieval.vectors import get_store
from retrieval.vectors.port import StoreQuery

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """A version of the search: whose vector it takes, which words, and which features count."""

    name: str
    aimed: bool = False
    asked: bool = False
    features: tuple[str, ...] = ()
    everyday: bool = False


_ALL = tuple(Features.__dataclass_fields__)
STEPS = (
    Step("words and meaning fused, 0.3 to 0.7"),
    Step("scored again by fitted weights", features=("meaning", "words")),
    Step("the question's own part", aimed=True, features=("meaning", "words")),
    Step("the nearest sentence", aimed=True, features=("meaning", "sentence", "words")),
    Step("only the words asked about", aimed=True, asked=True, features=("meaning", "sentence", "words")),
    Step("roots", aimed=True, asked=True, features=("meaning", "sentence", "words", "roots")),
    Step("trigrams", aimed=True, asked=True, features=_ALL),
    Step("everyday names", aimed=True, asked=True, features=_ALL, everyday=True),
)


@dataclass(frozen=True, slots=True)
class Worth:
    """The figures of a step, and its gain in MRR over the one before with the interval's ends."""

    step: Step
    r_at_1: float
    r_at_5: float
    mrr: float
    gain: float
    low: float
    high: float


def rank_by_steps(
    questions: Sequence[JudgedQuestion], reader: Reader, progress: Callable[[int], object]
) -> list[list[int]]:
    """Return for every step the rank of the right document of each question that has one, 0 for none."""
    owners = {
        passage_id: str(external_id)
        for passage_id, external_id in Passage.objects.values_list("id", "document__external_id")
    }
    answerable = [question for question in questions if question.gold]
    ranks: list[list[int]] = [[] for _step in STEPS]
    for number, question in enumerate(answerable, start=1):
        for step, found in zip(STEPS, ranks, strict=True):
            names = [owners[hit.passage_id] for hit in _ordered(question.text, reader, step)]
            order = enumerate(dict.fromkeys(names), start=1)
            found.append(next((place for place, name in order if name in question.gold), 0))
        progress(number)
    return ranks


def worths(ranks: Sequence[Sequence[int]]) -> list[Worth]:
    """Return the figures of every step from the ranks it gave, and what it added."""
    reciprocal = [np.array([1 / rank if rank else 0.0 for rank in step]) for step in ranks]
    random = np.random.default_rng(0)
    found = []
    for number, (step, of_step) in enumerate(zip(STEPS, ranks, strict=True)):
        gains = reciprocal[number] - reciprocal[max(number - 1, 0)]
        means = gains[random.integers(0, len(gains), (RESAMPLES, len(gains)))].mean(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        places = np.array(of_step)
        found.append(
            Worth(
                step=step,
                r_at_1=float((places == 1).mean()),
                r_at_5=float(((places > 0) & (places <= 5)).mean()),
                mrr=float(reciprocal[number].mean()),
                gain=float(gains.mean()),
                low=float(low),
                high=float(high),
            )
        )
    return found


def table(found: Sequence[Worth]) -> str:
    """Return the steps as a Markdown table."""
    rows = ["| step | R@1 | R@5 | MRR | gain in MRR |", "|---|---:|---:|---:|---:|"]
    for number, one in enumerate(found):
        gain = f"{one.gain:+.3f} [{one.low:+.3f}, {one.high:+.3f}]" if number else "–"
        rows.append(f"| {one.step.name} | {one.r_at_1:.3f} | {one.r_at_5:.3f} | {one.mrr:.3f} | {gain} |")
    return "\n".join(rows)


def _ordered(question: str, reader: Reader, step: Step) -> list[Fused]:
    if not step.features:
        return _fused(question, reader)
    candidates = find_candidates(question=question, reader=reader)
    found = visible(candidates, reader, len(candidates.hits))
    vector = candidates.vector if step.aimed else _plain_vector(question)
    asked = candidates.wording if step.everyday else question
    words = asked_words(asked) if step.asked else content_words(asked)
    passages = [passage for _hit, passage in found]
    rows = features_of(words, vector, passages, terms.statistics(), embedder=candidates.embedder)
    weights = weights_of(candidates.embedder)
    kept = replace(weights, **{name: 0.0 for name in _ALL if name not in step.features})
    odds = np.array([each.as_row() for each in rows]) @ np.array(kept.as_row())
    return [found[place][0] for place in np.argsort(-odds, kind="stable")]


def _fused(question: str, reader: Reader) -> list[Fused]:
    vector = _plain_vector(question)
    embedder = get_embedder()
    legs = get_store().search(
        StoreQuery(
            organization_id=reader.organization_id,
            tokens=search_tokens(question),
            vector=vector,
            embedder=embedder.name if embedder else LEXICAL,
            audience=reader.audience,
            limit=LEG_LIMIT,
        )
    )
    return fuse(legs.lexical, legs.dense)


def _plain_vector(question: str) -> Vectors | None:
    embedder = get_embedder()
    return embedder.embed([question], "query")[0] if embedder else None
