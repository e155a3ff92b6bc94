"""The reranking seam: `port.py` says what is asked, `served.py` asks a server; without RERANKER_URL there is
none.
"""

import atexit
from functools import cache

from django.conf import settings

from retrieval.reranking.port import Reranker


def get_reranker() -> Reranker | None:
    """Return the process's reranker, None where none is configured: the search's own order stays."""
    if not settings.RERANKER_URL:
        return None
    return _served(
        settings.RERANKER_URL,
        settings.RERANKER_DIALECT,
        settings.RERANKER_MODEL,
        settings.RERANKER_API_KEY,
    )


@cache
def _served(url: str, dialect: str, model: str, api_key: str) -> Reranker:
    from retrieval.reranking.served import Endpoint, ServedReranker  # noqa: PLC0415  only where it is used

    reranker = ServedReranker(Endpoint(url, dialect, model, api_key))
    atexit.register(reranker.close)
    return reranker
