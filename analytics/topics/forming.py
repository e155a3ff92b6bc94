"""Questions that ask for the same become a topic, a few at a time: a topic that is there only grows.

A question that has no like yet waits for it. A group becomes a topic as soon as enough people stand behind
it and behind a word of it; until then nothing of it is shown anywhere.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.timezone import now

from accounts.selectors import everybody
from accounts.tenancy import tenant_scope
from analytics.departments import MINIMUM_GROUP
from analytics.gaps.clustering import Group, Matrix, assign
from analytics.gaps.vectors import WORDS, by_words, least_similarity
from analytics.models import LABEL_LENGTH, Topic, TopicQuestion
from analytics.projections import count_topics
from analytics.topics.labels import Lexicon, Said, label_of, lexicon, shared_words, used_words
from config.kernel import outbox
from config.kernel.hebrew.masking import mask_personal_data
from config.kernel.types import JSONValue
from conversations.asked import unplaced_questions, wordings
from retrieval.embeddings.port import EmbeddingsUnavailableError
from retrieval.meanings import meaning_embedder, meanings
from retrieval.selectors import conversations_of_files

logger = logging.getLogger(__name__)
QUESTIONS_PLACED = "questions.placed"
AT_ONCE = 200
MOST_AT_A_TIME = 2000
# Questions older than what the graph shows at once are not looked for, and wait no longer.
REACH = timedelta(days=92)
CONSIDERED = 1500  # of those that wait for their like
READ_FOR_LABEL = 200
# Where words decide, so many questions stand for a topic.
SAMPLE = 5
GROWN = 1.25  # beyond so many times the size that it was named at, a topic is named anew


@dataclass(slots=True)
class _Growing:
    """A topic with what joins it."""

    topic: Topic
    rows: list[TopicQuestion] = field(default_factory=list)
    vectors: list[Matrix] = field(default_factory=list)

    @property
    def is_to_be_named(self) -> bool:
        return self.topic.size >= GROWN * self.topic.labelled_size


def form_topics() -> None:
    """Bring what was asked since the last time into topics, in every organisation. Slow."""
    for organization in everybody():
        try:
            place_questions(organization_id=organization.pk)
        except EmbeddingsUnavailableError as away:
            logger.warning("topics are not formed: %s", away.code)
            return


def place_questions(*, organization_id: UUID) -> int:
    """Bring new questions into topics; return how many were looked at.

    Raises EmbeddingsUnavailableError; what was placed before stays.
    """
    since = now() - REACH
    with tenant_scope(organization_id):
        TopicQuestion.objects.filter(topic=None, asked_at__lt=since).delete()
    looked_at = 0
    while looked_at < MOST_AT_A_TIME:
        new = unplaced_questions(
            organization_id=organization_id,
            since=since,
            placed=TopicQuestion._base_manager.values("question_id"),
            private=conversations_of_files(),
            limit=AT_ONCE,
        )
        if new:
            _gather(organization_id, new)
        looked_at += len(new)
        if len(new) < AT_ONCE:
            break
    return looked_at


def _gather(organization_id: UUID, new: Sequence[UUID]) -> None:
    asked = wordings(organization_id=organization_id, question_ids=new)
    embedder = meaning_embedder()
    name = embedder.name if embedder else WORDS
    texts = [mask_personal_data(each.text) for each in asked.values()]
    vectors = meanings(embedder, texts) if embedder and texts else [np.zeros(0, np.float32)] * len(texts)
    with tenant_scope(organization_id):
        TopicQuestion.objects.bulk_create(
            (
                TopicQuestion(
                    question_id=pk,
                    conversation_id=each.conversation_id,
                    asker_id=each.user_id,
                    asked_at=each.created_at,
                    embedder=name,
                    vector=vector.tobytes(),
                )
                for (pk, each), vector in zip(asked.items(), vectors, strict=True)
            ),
            ignore_conflicts=True,
        )
        with transaction.atomic():
            _join(organization_id, name)


def _join(organization_id: UUID, embedder: str) -> None:
    """Let the questions that wait join topics, or become some; of two processes at once the second finds what
    the first has left.
    """
    waiting = TopicQuestion.objects.select_for_update().filter(topic=None, embedder=embedder)
    rows = list(waiting.order_by("-asked_at")[:CONSIDERED])
    if not rows:
        return
    topics = list(Topic.objects.select_for_update().filter(embedder=embedder).order_by("created_at", "pk"))
    said = _said(organization_id, [row.question_id for row in rows])
    rows = [row for row in rows if row.question_id in said]
    vectors, groups = _placed(organization_id, rows, said, topics)
    numbers = assign(vectors, groups, least=least_similarity(embedder))
    growing: dict[int, _Growing] = {}
    for number, row, vector in zip(numbers, rows, vectors, strict=True):
        topic = topics[number] if number < len(topics) else None
        grown = growing.setdefault(number, _Growing(topic or Topic(embedder=embedder)))
        grown.rows.append(row)
        grown.vectors.append(vector)
    enough = [each for each in growing.values() if _is_enough(each, said)]
    _carry_out(organization_id, enough, topics, said)


def _is_enough(grown: _Growing, said: Mapping[UUID, Said]) -> bool:
    there = not grown.topic._state.adding
    return there or len({said[row.question_id].who for row in grown.rows}) >= MINIMUM_GROUP


def _placed(
    organization_id: UUID, rows: Sequence[TopicQuestion], said: Mapping[UUID, Said], topics: Sequence[Topic]
) -> tuple[Matrix, list[Group]]:
    """Return where the rows stand, and the topics among them."""
    if rows and rows[0].embedder != WORDS:
        vectors = np.array([np.frombuffer(row.vector, dtype=np.float32) for row in rows])
        return vectors, [Group(np.frombuffer(each.mean, dtype=np.float32), each.size) for each in topics]
    samples = [[each.text for each in _latest(organization_id, topic, SAMPLE)] for topic in topics]
    own = [said[row.question_id].text for row in rows]
    found = by_words([*own, *(text for texts in samples for text in texts)])
    groups, at = [], len(own)
    for topic, texts in zip(topics, samples, strict=True):
        mean = found[at : at + len(texts)].mean(axis=0) if texts else np.zeros(found.shape[1], np.float32)
        groups.append(Group(mean, topic.size))
        at += len(texts)
    return found[: len(own)], groups


def _carry_out(
    organization_id: UUID, growing: Sequence[_Growing], topics: Sequence[Topic], said: Mapping[UUID, Said]
) -> None:
    for each in growing:
        _grow(each)
    due = [each for each in growing if each.is_to_be_named]
    groups = [_group(organization_id, each, said) for each in due]
    named = {each.topic.pk for each in due}
    others = [topic.words for topic in topics if topic.pk not in named]
    known = lexicon([*others, *map(used_words, groups)])
    taken = {topic.label for topic in topics if topic.pk not in named}
    for each, group in zip(due, groups, strict=True):
        _name(each.topic, group, known, taken)
        taken.add(each.topic.label)
    for each in growing:
        if each.topic.label:
            _save(organization_id, each)


def _grow(grown: _Growing) -> None:
    topic, size = grown.topic, grown.topic.size
    topic.size = size + len(grown.rows)
    if topic.embedder != WORDS:
        before = np.frombuffer(topic.mean, dtype=np.float32) * size if size else np.float32(0)
        topic.mean = ((before + np.sum(grown.vectors, axis=0)) / topic.size).astype(np.float32).tobytes()


def _group(organization_id: UUID, grown: _Growing, said: Mapping[UUID, Said]) -> list[Said]:
    """Return what the topic's name is made of: its latest questions."""
    new = [said[row.question_id] for row in grown.rows][:READ_FOR_LABEL]
    return [*new, *_latest(organization_id, grown.topic, READ_FOR_LABEL - len(new))]


def _name(topic: Topic, group: Sequence[Said], known: Lexicon, taken: Iterable[str]) -> None:
    label = label_of(group, known, set(taken))[:LABEL_LENGTH]
    topic.label = label or topic.label
    topic.words = shared_words(group)
    topic.labelled_size = topic.size


def _save(organization_id: UUID, grown: _Growing) -> None:
    grown.topic.save()
    ids = [row.pk for row in grown.rows]
    TopicQuestion.objects.filter(pk__in=ids).update(topic=grown.topic, vector=b"")
    count_topics(
        organization_id=organization_id, topics={row.question_id: grown.topic.pk for row in grown.rows}
    )
    asked = [str(row.question_id) for row in grown.rows]
    for start in range(0, len(asked), AT_ONCE):
        some: list[JSONValue] = [*asked[start : start + AT_ONCE]]
        outbox.emit(QUESTIONS_PLACED, organization_id=organization_id, payload={"question_ids": some})


def _latest(organization_id: UUID, topic: Topic, most: int) -> list[Said]:
    if topic._state.adding or most <= 0:
        return []
    rows = TopicQuestion.objects.filter(topic=topic).order_by("-asked_at")
    return [*_said(organization_id, rows.values_list("question_id", flat=True)[:most]).values()]


def _said(organization_id: UUID, question_ids: Iterable[UUID]) -> dict[UUID, Said]:
    """Return what was asked, with personal data masked; not what was deleted meanwhile."""
    found = wordings(organization_id=organization_id, question_ids=[*question_ids])
    return {pk: Said(each.user_id, mask_personal_data(each.text)) for pk, each in found.items()}
