"""How good the search is, by questions whose answers are known.

R@k is the share of answerable questions with an answering document among the first k, MRR the mean of 1/rank
over the whole ranking (0 where it is not in it). A document ranks as its best passage does. The refusal rate
is the share of questions for which the evidence is judged too weak to answer: it should be high for
questions that nothing answers, and low for the others.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from retrieval.evidence import weigh
from retrieval.models import Passage
from retrieval.ranking import Fused
from retrieval.reading import JudgedQuestion
from retrieval.search import find_candidates, rank, signals
from retrieval.types import Reader


@dataclass(frozen=True, slots=True)
class Judged:
    """What the search made of one question; `rank` is that of the first answering document, None for none."""

    id: str
    tag: str
    answerable: bool
    rank: int | None
    refused: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `questions` questions `answerable` have an answer; the rates are None where nothing counts."""

    questions: int
    answerable: int
    r_at_1: float | None
    r_at_5: float | None
    mrr: float | None
    refused_answerable: float | None
    refused_unanswerable: float | None


def judge(
    questions: Sequence[JudgedQuestion], reader: Reader, progress: Callable[[int], object]
) -> list[Judged]:
    """Ask every question as the reader; call inside the organisation's scope."""
    owners = dict(Passage.objects.values_list("id", "document__external_id"))
    judged = []
    for number, question in enumerate(questions, start=1):
        candidates = find_candidates(question=question.text, reader=reader)
        ranked = rank(candidates, reader)
        weighed = weigh(signals(candidates, ranked), candidates.embedder)
        judged.append(
            Judged(
                id=question.id,
                tag=question.tag,
                answerable=bool(question.gold),
                rank=_rank([*(one.hit for one in ranked), *candidates.hits], owners, question.gold),
                refused=not weighed.answerable,
                confidence=round(weighed.confidence, 4),
            )
        )
        progress(number)
    return judged


def figures(judged: Iterable[Judged]) -> Figures:
    """Return the figures of these questions."""
    every = list(judged)
    answerable = [one for one in every if one.answerable]
    ranks = [one.rank for one in answerable]
    return Figures(
        questions=len(every),
        answerable=len(answerable),
        r_at_1=_mean([rank == 1 for rank in ranks]),
        r_at_5=_mean([rank is not None and rank <= 5 for rank in ranks]),
        mrr=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        refused_answerable=_mean([one.refused for one in answerable]),
        refused_unanswerable=_mean([one.refused for one in every if not one.answerable]),
    )


def by_tag(judged: Sequence[Judged]) -> dict[str, Figures]:
    """Return the figures of every tag, in alphabetical order."""
    tags = sorted({one.tag for one in judged})
    return {tag: figures(one for one in judged if one.tag == tag) for tag in tags}


def table(judged: Sequence[Judged]) -> str:
    """Return the figures, in all and by tag, as a Markdown table."""
    head = "| questions | n | R@1 | R@5 | MRR | refused, answerable | refused, unanswerable |"
    rows = [_row("all", figures(judged)), *(_row(tag, found) for tag, found in by_tag(judged).items())]
    return "\n".join([head, "|---|---:|---:|---:|---:|---:|---:|", *rows])


def as_json(judged: Sequence[Judged]) -> dict[str, object]:
    """Return everything the table says, and every question by itself."""
    return {
        "total": asdict(figures(judged)),
        "tags": {tag: asdict(found) for tag, found in by_tag(judged).items()},
        "questions": [asdict(one) for one in judged],
    }


def _rank(hits: Sequence[Fused], owners: dict[UUID, str], gold: frozenset[str]) -> int | None:
    documents = list(dict.fromkeys(owners[hit.passage_id] for hit in hits if hit.passage_id in owners))
    return next((rank for rank, document in enumerate(documents, start=1) if document in gold), None)


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _row(name: str, found: Figures) -> str:
    rates = (found.r_at_1, found.r_at_5, found.mrr, found.refused_answerable, found.refused_unanswerable)
    cells = " | ".join("–" if rate is None else f"{rate:.3f}" for rate in rates)
    return f"| {name} | {found.questions} | {cells} |"
