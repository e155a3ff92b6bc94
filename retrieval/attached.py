"""The share that the private files of a conversation have in what is found there.

Whoever puts a file into a conversation asks about it. Files are searched apart from the documents, so that
however many of those there are, none of them keeps a file's passage out; then all are scored alike, and those
of files need somewhat less to lead.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import TypeVar
from uuid import UUID

from retrieval.ranking import Fused, fuse
from retrieval.types import conversation_audience
from retrieval.vectors.port import Background, StoreQuery, VectorStore

T = TypeVar("T")

# In the logarithm of odds, so twenty times as likely. A document's title that names what is asked lends its
# passages about two; files are seldom called after what they say.
HEAD_START = 3.0
# So many of the first places are theirs in any case.
SURE_PLACES = 2


def search_both(
    store: VectorStore, query: StoreQuery, conversation_id: UUID | None
) -> tuple[list[Fused], Background | None]:
    """Return the fused hits of the documents, and in turns with them those of a conversation's files."""
    legs = store.search(query)
    hits, background = fuse(legs.lexical, legs.dense), legs.background
    if conversation_id is None:
        return hits, background
    audience = frozenset({conversation_audience(conversation_id)})
    files = store.search(replace(query, audience=audience, category=None, conversation_id=conversation_id))
    return _in_turns(fuse(files.lexical, files.dense), hits), background or files.background


def with_sure_places(ranked: Sequence[T], is_of_file: Callable[[T], bool], limit: int) -> list[T]:
    """Return the ranked passages, the last of the first `limit` places given to the best of files where these
    have fewer than their share.
    """
    first, rest = list(ranked[:limit]), list(ranked[limit:])
    missing = min(SURE_PLACES, limit - 1) - sum(map(is_of_file, first))
    risen = [one for one in rest if is_of_file(one)][: max(missing, 0)]
    if not risen:
        return [*first, *rest]
    places = [place for place in range(len(first) - 1, -1, -1) if not is_of_file(first[place])]
    fallen = sorted(places[: len(risen)])
    kept = [one for place, one in enumerate(first) if place not in fallen]
    stepped_back = [first[place] for place in fallen]
    return [*kept, *risen, *stepped_back, *(one for one in rest if one not in risen)]


def _in_turns(files: Sequence[Fused], documents: Sequence[Fused]) -> list[Fused]:
    # A store may hold no passage in both places, but one that is at fault could say so.
    pairs = chain.from_iterable(zip_longest(files, documents))
    return list({hit.passage_id: hit for hit in pairs if hit is not None}.values())
