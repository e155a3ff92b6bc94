"""The store that needs no server: rows of the database, searched exactly in memory.

The rows themselves are the store, so writing to it is nothing; `IndexState.version` says when they have
changed. What is in memory is kept by organisation and brought up to date by the difference.
"""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

import numpy as np

from accounts.tenancy import tenant_scope
from retrieval.models import Document, IndexState, Passage
from retrieval.ranking import TokenCounts, Vocabulary
from retrieval.types import EVERYONE, department_audience, person_audience
from retrieval.vectors.matrix import Label, MemoryIndex, Shelf
from retrieval.vectors.port import Legs, StoredPassage, StoreQuery

MAX_PASSAGES_IN_MEMORY = 200_000
_DOCUMENTS_AT_ONCE = 500


@dataclass(slots=True)
class _Entry:
    lock: Lock = field(default_factory=Lock)
    state: tuple[int, str] = (-1, "")  # index version, embedder
    index: MemoryIndex = field(default_factory=lambda: MemoryIndex({}, {}, Vocabulary()))


class EmbeddedStore:
    """One for the process; safe to share between threads."""

    name = "embedded"

    def __init__(self, max_passages: int = MAX_PASSAGES_IN_MEMORY) -> None:
        self._max_passages = max_passages
        self._entries: OrderedDict[UUID, _Entry] = OrderedDict()
        self._lock = Lock()

    def search(self, query: StoreQuery) -> Legs:
        with tenant_scope(query.organization_id):
            index = self._current(query.organization_id, query.embedder)
        return index.search(query)

    def put(self, organization_id: UUID, passages: Sequence[StoredPassage]) -> None:
        """Nothing: the rows are the store."""

    def remove(self, organization_id: UUID, passage_ids: Collection[UUID]) -> None:
        """Nothing: the rows are the store."""

    def remove_organization(self, organization_id: UUID) -> None:
        with self._lock:
            self._entries.pop(organization_id, None)

    def stored_ids(self, organization_id: UUID) -> set[UUID]:
        with tenant_scope(organization_id):
            return set(Passage.objects.values_list("id", flat=True))

    def is_healthy(self) -> bool:
        return True

    def organizations_in_memory(self) -> list[UUID]:
        """Return the organisations that need no loading, the longest unused one first."""
        return list(self._entries)

    def _current(self, organization_id: UUID, embedder: str) -> MemoryIndex:
        with self._lock:
            entry = self._entries.setdefault(organization_id, _Entry())
            self._entries.move_to_end(organization_id)
        # The version is read before the rows: what changes in between is found at the next search.
        state = (IndexState.objects.values_list("version", flat=True).first() or 0, embedder)
        with entry.lock:
            if entry.state != state:
                same_vectors = entry.state[1] == embedder
                entry.index = _refreshed(entry.index if same_vectors else None, embedder)
                entry.state = state
                self._evict()
            return entry.index

    def _evict(self) -> None:
        """Forget the organisations that have not been searched for longest, but never the last one."""
        with self._lock:
            while len(self._entries) > 1 and self._in_memory() > self._max_passages:
                self._entries.popitem(last=False)

    def _in_memory(self) -> int:
        return sum(len(entry.index) for entry in self._entries.values())


def _refreshed(before: MemoryIndex | None, embedder: str) -> MemoryIndex:
    """Return the index of the scope's rows, with the shelves of unchanged documents taken from `before`."""
    vocabulary = before.vocabulary if before else Vocabulary()
    known = before.shelves if before else {}
    stamps, labels = _labelled_documents()
    changed = [
        document_id
        for document_id, stamp in stamps.items()
        if document_id not in known or known[document_id].stamp != stamp
    ]
    loaded = _load(changed, stamps, embedder, vocabulary)
    empty = Shelf(0, (), (), None)
    shelves = {
        document_id: loaded.get(document_id) or (empty if document_id in changed else known[document_id])
        for document_id in stamps
    }
    return MemoryIndex(shelves, labels, vocabulary)


def _labelled_documents() -> tuple[dict[UUID, int], dict[UUID, Label]]:
    found = Document.objects.filter(deleted_at__isnull=True, indexed_version__isnull=False)
    rows = list(found.order_by("created_at", "id").values_list("id", "index_stamp", "category", "restricted"))
    readers: dict[UUID, set[str]] = {}
    for relation, token in (("departments", department_audience), ("people", person_audience)):
        named = found.filter(**{f"{relation}__isnull": False}).values_list("id", relation)
        for document_id, each in named:
            readers.setdefault(document_id, set()).add(token(each))
    labels = {
        document_id: Label(frozenset(readers.get(document_id, ()) if restricted else {EVERYONE}), category)
        for document_id, _stamp, category, restricted in rows
    }
    return {document_id: stamp for document_id, stamp, *_ in rows}, labels


def _load(
    document_ids: Sequence[UUID], stamps: dict[UUID, int], embedder: str, vocabulary: Vocabulary
) -> dict[UUID, Shelf]:
    shelves: dict[UUID, Shelf] = {}
    for start in range(0, len(document_ids), _DOCUMENTS_AT_ONCE):
        some = document_ids[start : start + _DOCUMENTS_AT_ONCE]
        rows: dict[UUID, list[tuple[UUID, TokenCounts, bytes | None]]] = {}
        fields = ("document_id", "id", "search_text", "embedding", "document__embedder")
        passages = Passage.objects.filter(document_id__in=some).order_by("ordinal").values_list(*fields)
        for document_id, passage_id, search_text, embedding, made_by in passages.iterator():
            vector = embedding if made_by == embedder else None
            row = (passage_id, vocabulary.count(search_text.split()), vector)
            rows.setdefault(document_id, []).append(row)
        shelves |= {document_id: _shelf(stamps[document_id], found) for document_id, found in rows.items()}
    return shelves


def _shelf(stamp: int, rows: Sequence[tuple[UUID, TokenCounts, bytes | None]]) -> Shelf:
    passage_ids, tokens, embeddings = zip(*rows, strict=True)
    complete = [np.frombuffer(vector, np.float32) for vector in embeddings if vector is not None]
    vectors = np.stack(complete) if len(complete) == len(rows) else None
    return Shelf(stamp, passage_ids, tokens, vectors)
