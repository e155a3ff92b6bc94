"""The one collection in Weaviate and its parts: tenants are organisations, named vectors are embedders.

The private files of an organisation's conversations are in a tenant beside that of its documents: no search
of documents could meet them, nor do their words count in how rare a word is. A tenant carries the
organisation's id, so a name is never used again: what a server may have kept of a removed tenant cannot come
back as another's. A named vector for each embedder and size lets the old and the new one stand side by side
while an organisation is indexed again.
"""

import hashlib
import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from weaviate import WeaviateClient
from weaviate.classes.config import (
    Configure,
    DataType,
    Property,
    StopwordsPreset,
    Tokenization,
    VectorDistances,
)
from weaviate.collections import Collection as StoreCollection
from weaviate.exceptions import UnexpectedStatusCodeError, WeaviateInvalidInputError

from retrieval.bm25 import K1, B
from retrieval.vectors.port import StoredPassage

COLLECTION = "Document"
DRAWS = 1 << 20
_NO_EMBEDDER = "v_none"  # a collection that begins without named vectors cannot be given any

Stored = StoreCollection[dict[str, Any], None]


def tenant_of(organization_id: UUID, *, of_files: bool = False) -> str:
    """Return the name of the tenant of an organisation's documents, or of its private files."""
    return f"{organization_id}-files" if of_files else str(organization_id)


def tenants_of(organization_id: UUID) -> tuple[str, str]:
    """Return the names of all tenants of an organisation."""
    return tenant_of(organization_id), tenant_of(organization_id, of_files=True)


def vector_name(embedder: str, dimensions: int) -> str:
    """Return the name of the vectors of this embedder and size: letters, digits and underscores."""
    digest = hashlib.sha256(embedder.encode()).hexdigest()[:8]
    return f"v_{re.sub('[^A-Za-z0-9]+', '_', embedder)[:100]}_{digest}_{dimensions}"


def collection_of(client: WeaviateClient) -> Stored:
    """Return a handle on the collection, whether or not it is there."""
    return client.collections.use(COLLECTION)


def draw_of(passage_id: UUID) -> int:
    """Return the passage's number in 0..DRAWS; those below any bound are a fair sample of all."""
    return passage_id.int % DRAWS


def properties_of(passage: StoredPassage) -> dict[str, Any]:
    """Return what is stored of a passage beside its id and vector."""
    return {
        "content": passage.content,
        "title": passage.title,
        "category": passage.category,
        "search_text": passage.search_text,
        "audience": sorted(passage.audience),
        "document_id": passage.document_id,
        "embedder": passage.embedder,
        "draw": draw_of(passage.id),
    }


def has_collection(client: WeaviateClient) -> bool:
    return client.collections.exists(COLLECTION)


def has_tenant(client: WeaviateClient, tenant: str) -> bool:
    return has_collection(client) and collection_of(client).tenants.get_by_name(tenant) is not None


def has_vector(client: WeaviateClient, name: str) -> bool:
    return name in (collection_of(client).config.get().vector_config or {})


def ensure_collection(client: WeaviateClient, vectors: Collection[str]) -> None:
    """Make the collection, and in it the named vectors, where they are missing."""
    if not has_collection(client):
        try:
            _create(client)
        except UnexpectedStatusCodeError:
            if not has_collection(client):  # otherwise another process was quicker
                raise
    for name in vectors:
        if not has_vector(client, name):
            try:
                collection_of(client).config.add_vector(vector_config=_vectors(name))
            except (UnexpectedStatusCodeError, WeaviateInvalidInputError):
                if not has_vector(client, name):
                    raise


def ensure_tenant(client: WeaviateClient, tenant: str) -> None:
    """Make the tenant where it is missing."""
    if not has_tenant(client, tenant):
        collection_of(client).tenants.create([tenant])


def _create(client: WeaviateClient) -> None:
    client.collections.create(
        COLLECTION,
        description="Passages of the organizations' documents; a tenant is an organization.",
        multi_tenancy_config=Configure.multi_tenancy(enabled=True),
        # The figures of our own BM25; stop words are gone from the tokens already.
        inverted_index_config=Configure.inverted_index(
            bm25_k1=K1, bm25_b=B, stopwords_preset=StopwordsPreset.NONE
        ),
        vector_config=[_vectors(_NO_EMBEDDER)],
        properties=[
            _kept("content"),
            _kept("title"),
            _label("category", DataType.TEXT),
            Property(
                name="search_text",
                data_type=DataType.TEXT,
                tokenization=Tokenization.WHITESPACE,
                index_searchable=True,
                index_filterable=False,
            ),
            _label("audience", DataType.TEXT_ARRAY),
            Property(name="document_id", data_type=DataType.UUID, index_filterable=True),
            _label("embedder", DataType.TEXT),
            Property(name="draw", data_type=DataType.INT, index_filterable=False, index_range_filters=True),
        ],
    )


def _kept(name: str) -> Property:
    return Property(name=name, data_type=DataType.TEXT, index_searchable=False, index_filterable=False)


def _label(name: str, data_type: DataType) -> Property:
    return Property(
        name=name,
        data_type=data_type,
        tokenization=Tokenization.FIELD,
        index_searchable=False,
        index_filterable=True,
    )


def _vectors(name: str) -> Any:
    # Without compression: the weight of the evidence rests on exact cosines.
    return Configure.Vectors.self_provided(
        name=name,
        vector_index_config=Configure.VectorIndex.hnsw(
            distance_metric=VectorDistances.COSINE, quantizer=Configure.VectorIndex.Quantizer.none()
        ),
    )
