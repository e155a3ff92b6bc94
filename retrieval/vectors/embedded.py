"""The store that needs no server: rows of the database, searched exactly in memory.

The rows themselves are the store, so writing to it is nothing; `IndexState.version` says when they have
changed, and `Document.index_stamp` which. What is in memory is kept by organisation, and by conversation for
private files, and brought up to date by the documents that have changed since.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from accounts.tenancy import tenant_scope
from retrieval.bm25 import TokenCounts, Vocabulary
from retrieval.models import Document, IndexState, Passage
from retrieval.types import EVERYONE, conversation_audience, department_audience, person_audience
from retrieval.vectors.port import Legs, StoredPassage, StoreQuery
from retrieval.vectors.segments import Label, MemoryIndex, Shelf, segment_of

MAX_PASSAGES_IN_MEMORY = 200_000
_DOCUMENTS_AT_ONCE = 500

# Whose passages are in one index: an organisation's documents, or the files of one of its conversations.
_Key = tuple[UUID, UUID | None]


@dataclass(slots=True)
class _Entry:
    lock: Lock = field(default_factory=Lock)
    version: int = -1
    embedder: str = ""
    index: MemoryIndex = field(default_factory=lambda: MemoryIndex(Vocabulary()))


class EmbeddedStore:
    """One for the process; safe to share between threads."""

    name = "embedded"

    def __init__(self, max_passages: int = MAX_PASSAGES_IN_MEMORY) -> None:
        self._max_passages = max_passages
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()
        self._lock = Lock()

    def search(self, query: StoreQuery) -> Legs:
        with tenant_scope(query.organization_id):
            index = self._current((query.organization_id, query.conversation_id), query.embedder)
        return index.search(query)

    def put(self, organization_id: UUID, passages: Sequence[StoredPassage]) -> None:
        """Nothing: the rows are the store."""

    def remove(self, organization_id: UUID, passage_ids: Collection[UUID]) -> None:
        """Nothing: the rows are the store."""

    def remove_organization(self, organization_id: UUID) -> None:
        with self._lock:
            for key in [key for key in self._entries if key[0] == organization_id]:
                del self._entries[key]

    def stored_ids(self, organization_id: UUID) -> set[UUID]:
        with tenant_scope(organization_id):
            return set(Passage.objects.values_list("id", flat=True))

    def is_healthy(self) -> bool:
        return True

    def organizations_in_memory(self) -> list[UUID]:
        """Return the organisations that need no loading, the longest unused one first."""
        return list(dict.fromkeys(organization_id for organization_id, _conversation in self._entries))

    def _current(self, key: _Key, embedder: str) -> MemoryIndex:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
        # The version is read before the rows: what changes in between is found at the next search.
        version = IndexState.objects.values_list("version", flat=True).first() or 0
        with entry.lock:
            if entry.embedder != embedder:
                entry.index, entry.version, entry.embedder = MemoryIndex(Vocabulary()), -1, embedder
            if entry.version < version:
                entry.index = _refreshed(entry.index, embedder, since=entry.version, conversation_id=key[1])
                entry.version = version
                self._evict()
            return entry.index

    def _evict(self) -> None:
        """Forget the organisations that have not been searched for longest, but never the last one."""
        with self._lock:
            while len(self._entries) > 1 and self._in_memory() > self._max_passages:
                self._entries.popitem(last=False)

    def _in_memory(self) -> int:
        return sum(len(entry.index) for entry in self._entries.values())


def _refreshed(
    before: MemoryIndex, embedder: str, *, since: int, conversation_id: UUID | None
) -> MemoryIndex:
    """Return the index with what the scope's documents, or the conversation's files, have changed after a
    version, -1 for everything.
    """
    changed = Document.objects.filter(index_stamp__gt=since, conversation_id=conversation_id)
    gone = () if since < 0 else set(changed.values_list("id", flat=True))
    if since >= 0 and not gone:
        return before
    found = changed.filter(deleted_at__isnull=True, indexed_version__isnull=False)
    labels = _labels(found)
    document_ids, segments = list(labels), []
    for start in range(0, len(document_ids), _DOCUMENTS_AT_ONCE):
        some = document_ids[start : start + _DOCUMENTS_AT_ONCE]
        shelves = _load(some, labels, embedder, before.vocabulary)
        if shelves:
            segments.append(segment_of(shelves))
    return before.changed(gone, segments)


def _labels(documents: QuerySet[Document]) -> dict[UUID, Label]:
    """Return the labels of the documents in the order of their age; the equal ones are the same object."""
    readers: dict[UUID, set[str]] = {}
    for relation, token in (("departments", department_audience), ("people", person_audience)):
        named = documents.filter(**{f"{relation}__isnull": False}).values_list("id", relation)
        for document_id, each in named:
            readers.setdefault(document_id, set()).add(token(each))
    fields = ("id", "category", "restricted", "conversation_id")
    rows = documents.order_by("created_at", "id").values_list(*fields)
    same: dict[Label, Label] = {}
    labels = {}
    for document_id, category, restricted, conversation_id in rows:
        audience = frozenset(readers.get(document_id, ()) if restricted else {EVERYONE})
        if conversation_id is not None:
            audience = frozenset({conversation_audience(conversation_id)})
        label = Label(audience, category)
        labels[document_id] = same.setdefault(label, label)
    return labels


def _load(
    document_ids: Sequence[UUID], labels: Mapping[UUID, Label], embedder: str, vocabulary: Vocabulary
) -> list[Shelf]:
    rows: dict[UUID, list[tuple[UUID, TokenCounts, bytes | None]]] = {each: [] for each in document_ids}
    fields = ("document_id", "id", "search_text", "embedding", "document__embedder")
    passages = Passage.objects.filter(document_id__in=document_ids).order_by("ordinal").values_list(*fields)
    for document_id, passage_id, search_text, embedding, made_by in passages.iterator():
        vector = embedding if made_by == embedder else None
        rows[document_id].append((passage_id, vocabulary.count(search_text.split()), vector))
    return [_shelf(document_id, labels[document_id], found) for document_id, found in rows.items() if found]


def _shelf(document_id: UUID, label: Label, rows: Sequence[tuple[UUID, TokenCounts, bytes | None]]) -> Shelf:
    passage_ids, tokens, embeddings = zip(*rows, strict=True)
    complete = [np.frombuffer(vector, np.float32) for vector in embeddings if vector is not None]
    vectors = np.stack(complete) if len(complete) == len(rows) else None
    return Shelf(document_id, label, passage_ids, tokens, vectors)
