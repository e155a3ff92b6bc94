"""Texts that only some may ever find, organisations full of them, and a store without its own filter."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Role
from retrieval import services
from retrieval.access import reader_of
from retrieval.search import find_passages
from retrieval.services import NamedReaders
from retrieval.vectors.port import Legs, StoredPassage, StoreQuery
from tests.builders import make_department, make_organization, make_user

SUBJECTS = ("שכר", "חופשה", "אבטחה", "רכש", "בטיחות", "נסיעות", "ציוד", "הדרכה")


@dataclass(frozen=True, slots=True)
class Canary:
    """A text, and who may find it."""

    document_id: UUID
    words: str
    readers: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Cage:
    """One organisation: its people and its texts."""

    people: tuple[User, ...]
    canaries: tuple[Canary, ...]


def cage(number: int, *, texts: int) -> Cage:
    """Make an organisation with a manager and four members in two departments, and index its texts."""
    organization = make_organization(f"כלוב {number}")
    departments = [make_department(f"אגף {number}.{n}", organization=organization) for n in range(2)]
    manager = make_user(f"manager{number}", organization=organization, role=Role.MANAGER)
    members = [
        make_user(f"member{number}-{n}", organization=organization, department=departments[n % 2])
        for n in range(4)
    ]
    people = (manager, *members)
    canaries = []
    for text in range(texts):
        words = f"{SUBJECTS[text % len(SUBJECTS)]} קוד{number}סימן{text}"
        readers, allowed = _readers(text, departments, members)
        document = services.create_document(
            actor=actor_of(manager),
            title=f"נוהל {SUBJECTS[text % len(SUBJECTS)]}",
            content=f"ההוראה בענין {words} תקפה לכל מי שמותר לו לקרוא אותה.",
            readers=readers,
        )
        with tenant_scope(organization.pk):
            services.index_document(document.id, with_sentences=False)
        canaries.append(
            Canary(document.id, words, frozenset({manager.pk, *(each.pk for each in allowed or members)}))
        )
    return Cage(people, tuple(canaries))


def _readers(text: int, departments: list[Any], members: list[User]) -> tuple[NamedReaders, list[User]]:
    """Return whom the text names: in turn everybody, one department, one person, and one of each."""
    department, person = departments[text % 2], members[text % len(members)]
    inside = [each for each in members if each.department_id == department.pk]
    return (
        (NamedReaders(), []),
        (NamedReaders([department.pk]), inside),
        (NamedReaders([], [person.pk]), [person]),
        (NamedReaders([department.pk], [person.pk]), [*inside, person]),
    )[text % 4]


def foreign_hits(cages: list[Cage], *, queries: int, seed: int = 7) -> int:
    """Ask for random texts as random people; return how many passages were found that nobody gave them."""
    allowed = {
        (person.pk, canary.document_id)
        for each in cages
        for canary in each.canaries
        for person in each.people
        if person.pk in canary.readers
    }
    return sum(
        (person.pk, found) not in allowed for person, found in _found(cages, queries, random.Random(seed))
    )


def _found(cages: list[Cage], queries: int, dice: random.Random) -> Iterator[tuple[User, UUID]]:
    for _ in range(queries):
        person = dice.choice(dice.choice(cages).people)
        wanted = dice.choice(dice.choice(cages).canaries)
        question = wanted.words if dice.random() < 0.7 else wanted.words.split()[0]
        for passage in find_passages(question=question, reader=reader_of(actor_of(person))).passages:
            yield person, passage.document.id


class UnfilteredStore:
    """A store whose filter is broken: it answers everybody with the best of all organisations.

    Whoever asks gets the same, so each question is asked once. `foreign` counts what it gave out that is of
    another organisation than the asker's: without any, nothing was tested.
    """

    name = "unfiltered"

    def __init__(self, inner: Any, organizations: list[UUID], conversations: Sequence[UUID] = ()) -> None:
        self._inner = inner
        self._places = [
            (organization, conversation)
            for organization in organizations
            for conversation in (None, *conversations)
        ]
        self._known: dict[tuple[str, ...], Legs] = {}
        self._owners: dict[UUID, UUID] = {}
        self.foreign = 0

    def search(self, query: StoreQuery) -> Legs:
        asked = tuple(query.tokens)
        legs = self._known.get(asked) or self._ask_everywhere(query)
        self._known[asked] = legs
        given = (*legs.lexical, *(legs.dense or ()))
        self.foreign += sum(self._owners[hit.passage_id] != query.organization_id for hit in given)
        return legs

    def _ask_everywhere(self, query: StoreQuery) -> Legs:
        legs = [self._inner.search(_everything(query, *place)) for place in self._places]
        for (organization, _conversation), leg in zip(self._places, legs, strict=True):
            given = (*leg.lexical, *(leg.dense or ()))
            self._owners.update((hit.passage_id, organization) for hit in given)
        lexical = sorted((hit for leg in legs for hit in leg.lexical), key=lambda hit: -hit.score)
        dense = sorted((hit for leg in legs for hit in leg.dense or ()), key=lambda hit: -hit.score)
        return Legs(tuple(lexical[: query.limit]), tuple(dense[: query.limit]))

    def put(self, organization_id: UUID, passages: list[StoredPassage]) -> None:
        self._inner.put(organization_id, passages)


def _everything(query: StoreQuery, organization_id: UUID, conversation_id: UUID | None) -> StoreQuery:
    return StoreQuery(
        organization_id=organization_id,
        tokens=query.tokens,
        vector=query.vector,
        embedder=query.embedder,
        audience=None,
        limit=query.limit,
        conversation_id=conversation_id,
    )
