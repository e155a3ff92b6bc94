"""Questions that ask for the same become one gap.

Gaps that nobody has taken up are formed anew each time, so the order in which questions come matters little;
one that people have decided about stays as it is and only grows. The latest `CONSIDERED` questions are looked
at; gaps with older ones only grow, too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from django.db import transaction

from accounts.tenancy import tenant_scope
from analytics.gaps.clustering import Group, Matrix, assign
from analytics.gaps.vectors import WORDS, by_words, least_similarity
from analytics.models import GapQuestion, KnowledgeGap
from retrieval.meanings import meaning_embedder, meanings

CONSIDERED = 1500
EMBEDDED_AT_ONCE = 64
TITLE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class _Placed:
    """A question with its unit vector."""

    row: GapQuestion
    vector: Matrix


@dataclass(slots=True)
class _Plan:
    """Which questions belong together; `gap` is the one they belong to already, None for a new one."""

    gap: KnowledgeGap | None
    questions: list[_Placed] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The question in the middle of them."""
        mean = np.mean([placed.vector for placed in self.questions], axis=0)
        middle = max(self.questions, key=lambda placed: (float(placed.vector @ mean), placed.row.asked_at))
        return middle.row.text[:TITLE_LENGTH]


def gather(*, organization_id: UUID) -> int:
    """Bring the organisation's questions without a good answer into gaps; return how many gaps there are.

    Raises EmbeddingsUnavailableError; what was gathered before stays.
    """
    with tenant_scope(organization_id):
        embedder = _embed_new()
        with transaction.atomic():
            placed = _placed(embedder)  # vectors of one embedder alone
            gaps = {gap.pk: gap for gap in KnowledgeGap.objects.all()}
            fixed = _fixed(gaps, placed)
            for plan in _plans(placed, gaps, fixed, least_similarity(embedder)):
                _carry_out(organization_id, plan)
            KnowledgeGap.objects.filter(questions=None, owner=None, state=KnowledgeGap.State.OPEN).delete()
            return KnowledgeGap.objects.count()


def _embed_new() -> str:
    """Embed what is new; return how all questions are placed: an embedder's name, or by words."""
    embedder = meaning_embedder()
    if embedder is None:
        return WORDS
    waiting = list(GapQuestion.objects.exclude(embedder=embedder.name).order_by("-asked_at")[:CONSIDERED])
    for start in range(0, len(waiting), EMBEDDED_AT_ONCE):
        some = waiting[start : start + EMBEDDED_AT_ONCE]
        for row, vector in zip(some, meanings(embedder, [row.text for row in some]), strict=True):
            row.vector, row.embedder = vector.tobytes(), embedder.name
        GapQuestion.objects.bulk_update(some, ["vector", "embedder"])
    return embedder.name


def _placed(embedder: str) -> list[_Placed]:
    """Return the latest questions with their vectors, locked so that two gatherings do not cross."""
    latest = GapQuestion.objects.order_by("-asked_at", "id")
    if embedder != WORDS:
        latest = latest.filter(embedder=embedder)
    chosen = list(latest.values_list("pk", flat=True)[:CONSIDERED])
    rows = list(GapQuestion.objects.select_for_update().filter(pk__in=chosen).order_by("pk"))
    if embedder == WORDS:
        vectors = by_words([row.text for row in rows])
    else:
        vectors = np.array([np.frombuffer(row.vector, dtype=np.float32) for row in rows])
    return [_Placed(row, vector) for row, vector in zip(rows, vectors, strict=True)]


def _fixed(gaps: Mapping[UUID, KnowledgeGap], placed: Iterable[_Placed]) -> dict[UUID, Group]:
    """Return the gaps that only grow, as far as their questions are looked at."""
    members: dict[UUID, list[Matrix]] = defaultdict(list)
    for each in placed:
        if each.row.gap_id is not None:
            members[each.row.gap_id].append(each.vector)
    older = _with_older_questions({each.row.pk for each in placed})
    return {
        pk: Group(np.mean(vectors, axis=0), len(vectors))
        for pk, vectors in members.items()
        if gaps[pk].is_taken_up or pk in older
    }


def _with_older_questions(looked_at: set[UUID]) -> set[UUID]:
    if len(looked_at) < CONSIDERED:
        return set()
    pairs = GapQuestion.objects.exclude(gap=None).values_list("pk", "gap_id")
    return {gap_id for pk, gap_id in pairs if pk not in looked_at}


def _plans(
    placed: Sequence[_Placed], gaps: Mapping[UUID, KnowledgeGap], fixed: Mapping[UUID, Group], least: float
) -> list[_Plan]:
    """Return what is to become of the questions that no fixed gap holds already."""
    loose = [each for each in placed if each.row.gap_id not in fixed]
    vectors = np.array([each.vector for each in loose], dtype=np.float32)
    numbers = assign(vectors, list(fixed.values()), least=least)
    together: dict[int, list[_Placed]] = defaultdict(list)
    for number, each in zip(numbers, loose, strict=True):
        together[number].append(each)
    fixed_gaps = [gaps[pk] for pk in fixed]
    new = {number: some for number, some in together.items() if number >= len(fixed_gaps)}
    grown = [_Plan(fixed_gaps[number], some) for number, some in together.items() if number not in new]
    return [*grown, *_kept_names(new.values(), gaps)]


def _kept_names(groups: Iterable[list[_Placed]], gaps: Mapping[UUID, KnowledgeGap]) -> list[_Plan]:
    """Let each group be the gap that most of its questions came from, the largest groups first."""
    taken: set[UUID] = set()
    plans = []
    for group in sorted(groups, key=len, reverse=True):
        before = Counter(
            each.row.gap_id for each in group if each.row.gap_id and each.row.gap_id not in taken
        )
        pk = before.most_common(1)[0][0] if before else None
        if pk is not None:
            taken.add(pk)
        plans.append(_Plan(gaps[pk] if pk else None, group))
    return plans


def _carry_out(organization_id: UUID, plan: _Plan) -> None:
    gap = plan.gap or KnowledgeGap(organization_id=organization_id)
    arrivals = [each.row.pk for each in plan.questions if each.row.gap_id != gap.pk or plan.gap is None]
    if plan.gap is not None and plan.gap.is_taken_up:
        _reopen(gap, arrivals)
    elif gap.title != (title := plan.title) or plan.gap is None:
        gap.title = title
        gap.save()
    GapQuestion.objects.filter(pk__in=arrivals).update(gap=gap)


def _reopen(gap: KnowledgeGap, arrivals: Sequence[UUID]) -> None:
    """A gap that was closed is open again when somebody asks for the same in vain."""
    if arrivals and gap.state == KnowledgeGap.State.CLOSED:
        gap.state, gap.closed_at = KnowledgeGap.State.OPEN, None
        gap.save(update_fields=["state", "closed_at"])
