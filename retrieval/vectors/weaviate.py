"""The store on a Weaviate server: one collection, a tenant for each organisation, and one for its private
files.

Both legs are asked at once, each restricted inside the store, and fused by the search as those of any other
store: not by the server's own hybrid. Vectors are ours, compared by cosine.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from weaviate import WeaviateClient
from weaviate.classes.data import DataObject
from weaviate.classes.query import Filter, MetadataQuery
from weaviate.collections.classes.filters import _Filters
from weaviate.exceptions import WeaviateInsertManyAllFailedError

from accounts.tenancy import tenant_scope
from retrieval import selectors
from retrieval.embeddings.port import Vectors
from retrieval.ranking import Hit
from retrieval.vectors import weaviate_schema as schema
from retrieval.vectors.port import Background, Legs, StoredPassage, StoreQuery, StoreUnavailableError
from retrieval.vectors.weaviate_background import Backgrounds, SampleKey, background_of, take_sample
from retrieval.vectors.weaviate_connection import Address, Connection

logger = logging.getLogger(__name__)
T = TypeVar("T")

_INSERTED_AT_ONCE = 100
_REMOVED_AT_ONCE = 500
_LEGS_AT_ONCE = 8


class WeaviateStore:
    """One for the process; safe to share between threads."""

    name = "weaviate"

    def __init__(self, url: str, *, api_key: str = "", grpc_host: str = "", grpc_port: int = 50051) -> None:
        self._connection = Connection(Address(url, grpc_host, grpc_port, api_key))
        self._backgrounds = Backgrounds()
        self._legs = ThreadPoolExecutor(_LEGS_AT_ONCE, thread_name_prefix="weaviate")
        self._known: set[str] = set()  # tenants and named vectors that were there

    def search(self, query: StoreQuery) -> Legs:
        nothing = Legs((), None if query.vector is None else ())
        if query.audience is not None and not query.audience:
            return nothing
        if not self._has_tenant(query):
            return nothing
        words = self._legs.submit(self._lexical, query)
        if query.vector is None:
            return Legs(words.result(), None)
        dense, background = self._dense(query, query.vector)
        return Legs(words.result(), dense, background)

    def put(self, organization_id: UUID, passages: Sequence[StoredPassage]) -> None:
        for of_files in (False, True):
            some = [each for each in passages if (each.conversation_id is not None) == of_files]
            if some:
                self._put(schema.tenant_of(organization_id, of_files=of_files), some)

    def _put(self, tenant: str, passages: Sequence[StoredPassage]) -> None:
        names = {name for passage in passages if (name := _vector_of(passage)) is not None}

        def insert(client: WeaviateClient) -> None:
            if not self._known.issuperset({tenant, *names}):
                schema.ensure_collection(client, names)
                schema.ensure_tenant(client, tenant)
            objects = [_object(passage) for passage in passages]
            # The server writes the log of a batch's vectors when the next batch begins: with the process they
            # would be lost, though acknowledged. An object that has not changed makes a batch of no work.
            for some in [*_pieces(objects, _INSERTED_AT_ONCE), objects[-1:]]:
                failed = _insert(schema.collection_of(client).with_tenant(tenant), some)
                _refuse_failures(failed, len(some), tenant)

        self._run(insert)
        self._known.update({tenant, *names})

    def remove(self, organization_id: UUID, passage_ids: Collection[UUID]) -> None:
        def delete(client: WeaviateClient) -> None:
            for tenant in schema.tenants_of(organization_id):
                if not schema.has_tenant(client, tenant):
                    continue
                passages = schema.collection_of(client).with_tenant(tenant)
                for some in _pieces(list(passage_ids), _REMOVED_AT_ONCE):
                    outcome = passages.data.delete_many(where=Filter.by_id().contains_any(some))
                    _refuse_failures(outcome.failed, len(some), tenant)

        if passage_ids:
            self._run(delete)

    def remove_organization(self, organization_id: UUID) -> None:
        tenants = schema.tenants_of(organization_id)
        self._known.difference_update(tenants)

        def remove(client: WeaviateClient) -> None:
            there = [tenant for tenant in tenants if schema.has_tenant(client, tenant)]
            if there:
                schema.collection_of(client).tenants.remove(there)

        self._run(remove)

    def stored_ids(self, organization_id: UUID) -> set[UUID]:
        def walk(client: WeaviateClient) -> set[UUID]:
            tenants = schema.tenants_of(organization_id)
            there = [tenant for tenant in tenants if schema.has_tenant(client, tenant)]
            return {
                _plain(item.uuid)
                for tenant in there
                for item in schema.collection_of(client).with_tenant(tenant).iterator(return_properties=[])
            }

        return self._run(walk)

    def is_healthy(self) -> bool:
        try:
            return self._run(lambda client: client.is_ready())
        except StoreUnavailableError:
            return False

    def close(self) -> None:
        """Close the connection; the next call opens another one."""
        self._connection.close()

    def _run(self, work: Callable[[WeaviateClient], T]) -> T:
        try:
            return self._connection.run(work)
        except StoreUnavailableError as failure:
            self._known.clear()  # whatever was there may have gone with the server
            logger.warning("vector store failed", extra={"reason": _reason(failure)})
            raise

    def _has_tenant(self, query: StoreQuery) -> bool:
        """Tell whether there is a tenant for the query; raise StoreUnavailableError where it should have one:
        an index that nobody has filled must not look like documents that say nothing.
        """
        tenant = _tenant_of(query)
        if tenant in self._known:
            return True
        if self._run(lambda client: schema.has_tenant(client, tenant)):
            self._known.add(tenant)
            return True
        with tenant_scope(query.organization_id):
            if selectors.is_anything_indexed(query.conversation_id):
                logger.error(
                    "organization is not in the vector store: run manage.py reindex",
                    extra={"organization_id": tenant},
                )
                raise StoreUnavailableError
        return False

    def _has_vector(self, name: str) -> bool:
        if name not in self._known and self._run(lambda client: schema.has_vector(client, name)):
            self._known.add(name)
        return name in self._known

    def _lexical(self, query: StoreQuery) -> tuple[Hit, ...]:
        if not query.tokens:
            return ()
        words = " ".join(dict.fromkeys(query.tokens))

        def ask(client: WeaviateClient) -> tuple[Hit, ...]:
            found = _tenant(client, query).query.bm25(
                query=words,
                query_properties=["search_text"],
                filters=_visible(query),
                limit=query.limit,
                return_metadata=MetadataQuery(score=True),
                return_properties=[],
            )
            return _hits((_plain(item.uuid), item.metadata.score or 0.0) for item in found.objects)

        return self._run(ask)

    def _dense(self, query: StoreQuery, vector: Vectors) -> tuple[tuple[Hit, ...], Background | None]:
        name = schema.vector_name(query.embedder, vector.size)
        if not self._has_vector(name):
            return (), None

        def ask(client: WeaviateClient) -> tuple[Hit, ...]:
            found = _tenant(client, query).query.near_vector(
                near_vector=vector.tolist(),
                target_vector=name,
                filters=_visible(query),
                limit=query.limit,
                return_metadata=MetadataQuery(distance=True),
                return_properties=[],
            )
            return _hits((_plain(item.uuid), 1 - (item.metadata.distance or 0.0)) for item in found.objects)

        background = background_of(self._sample(query, name), vector)
        return self._run(ask), background

    def _sample(self, query: StoreQuery, vector: str) -> Vectors:
        key = SampleKey(query.organization_id, vector, query.audience, query.category)
        with tenant_scope(query.organization_id):
            version = selectors.index_version()
        sample = self._backgrounds.known(key, version)
        if sample is None:
            visible = Filter.by_property("embedder").equal(query.embedder)
            if (restriction := _visible(query)) is not None:
                visible &= restriction
            sample = self._run(lambda client: take_sample(_tenant(client, query), key, visible))
            self._backgrounds.keep(key, version, sample)
        return sample


def _tenant(client: WeaviateClient, query: StoreQuery) -> schema.Stored:
    return schema.collection_of(client).with_tenant(_tenant_of(query))


def _tenant_of(query: StoreQuery) -> str:
    return schema.tenant_of(query.organization_id, of_files=query.conversation_id is not None)


def _visible(query: StoreQuery) -> _Filters | None:
    restrictions: list[_Filters] = []
    if query.audience is not None:
        restrictions.append(Filter.by_property("audience").contains_any(sorted(query.audience)))
    if query.category is not None:
        restrictions.append(Filter.by_property("category").equal(query.category))
    return Filter.all_of(restrictions) if restrictions else None


def _vector_of(passage: StoredPassage) -> str | None:
    """Return the name of the passage's vector, None for one that has none."""
    return None if passage.vector is None else schema.vector_name(passage.embedder, passage.vector.size)


def _object(passage: StoredPassage) -> DataObject[dict[str, Any], None]:
    name = _vector_of(passage)
    vectors = {name: np.asarray(passage.vector, np.float32).tolist()} if name else None
    return DataObject(uuid=passage.id, properties=schema.properties_of(passage), vector=vectors)


def _insert(passages: schema.Stored, objects: Sequence[DataObject[dict[str, Any], None]]) -> int:
    """Return how many of the objects the server has refused; its reasons may quote them, and are dropped."""
    try:
        return len(passages.data.insert_many(objects).errors)
    except WeaviateInsertManyAllFailedError:
        return len(objects)


def _hits(found: Iterable[tuple[UUID, float]]) -> tuple[Hit, ...]:
    """Return hits best first, and those that score alike always in the same order."""
    ordered = sorted(found, key=lambda hit: (-hit[1], hit[0]))
    return tuple(Hit(passage_id, score) for passage_id, score in ordered)


def _refuse_failures(failed: int, of: int, tenant: str) -> None:
    """Raise StoreUnavailableError where the server has refused a part of a batch."""
    if failed:
        logger.error("batch failed", extra={"organization_id": tenant, "failed": failed, "of": of})
        raise StoreUnavailableError


def _pieces(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _plain(identifier: UUID) -> UUID:
    """Return the standard library's UUID: the client has a class of its own."""
    return UUID(int=identifier.int)


def _reason(failure: StoreUnavailableError) -> str:
    return repr(failure.__cause__)[:500]
