"""Reranking by a server's `/rerank`, in one of two dialects.

`cohere` is spoken by vLLM, Jina, LiteLLM and others: `documents` in, `results` with `relevance_score` out.
`tei` is that of Text Embeddings Inference: `texts` in, a list with `score` out. A server that was away is
left alone for a while: a person waits for the search.
"""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from retrieval.reranking.port import RerankerUnavailableError

TEI = "tei"
CONNECT_SECONDS = 0.5
TOTAL_SECONDS = 2.0
REST_SECONDS = 15.0
HEALTH_SECONDS = 1.0
# Passages have some 120 words; what is longer is a table or unbroken text, and the model reads its beginning.
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`url` is that of the endpoint itself; servers of one model need no `model`, open ones no key."""

    url: str
    dialect: str = "cohere"
    model: str = ""
    api_key: str = field(default="", repr=False)


class ServedReranker:
    """Safe to share between threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        seconds: float = TOTAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = f"{endpoint.dialect}/{endpoint.model}"
        self._endpoint, self._seconds, self._clock = endpoint, seconds, clock
        self._rests_until = 0.0
        headers = {"Authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
        timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        self._client = httpx.Client(headers=headers, timeout=timeout, trust_env=False)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        if not texts:
            return []
        if self._clock() < self._rests_until:
            raise RerankerUnavailableError
        body = self._body(_readable(question), [_readable(text) for text in texts])
        try:
            return _in_order(self._rows(json.loads(self._answer(body))), len(texts))
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            self._rests_until = self._clock() + REST_SECONDS
            raise RerankerUnavailableError from error

    def is_healthy(self) -> bool:
        if self._clock() < self._rests_until:
            return False
        try:
            # Any answer but a fault will do: there is no address for this that all of them have.
            answer = self._client.get(self._endpoint.url, timeout=HEALTH_SECONDS)
        except httpx.HTTPError:
            return False
        return answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR

    def close(self) -> None:
        self._client.close()

    def _answer(self, body: Mapping[str, Any]) -> bytes:
        """Return what the server answers, all of it within the time: httpx limits each read alone."""
        until, pieces = self._clock() + self._seconds, list[bytes]()
        with self._client.stream("POST", self._endpoint.url, json=body) as response:
            response.raise_for_status()
            for piece in response.iter_bytes():
                pieces.append(piece)
                if self._clock() > until:
                    raise httpx.ReadTimeout("the answer takes too long")
        return b"".join(pieces)

    def _body(self, question: str, texts: list[str]) -> dict[str, Any]:
        if self._endpoint.dialect == TEI:
            return {"query": question, "texts": texts, "truncate": True}
        body = {"query": question, "documents": texts, "top_n": len(texts)}
        return body | {"model": self._endpoint.model} if self._endpoint.model else body

    def _rows(self, answer: Any) -> list[tuple[int, float]]:
        is_tei = self._endpoint.dialect == TEI
        score = "score" if is_tei else "relevance_score"
        return [(int(row["index"]), float(row[score])) for row in (answer if is_tei else answer["results"])]


def _in_order(rows: Sequence[tuple[int, float]], count: int) -> list[float]:
    """Return the scores in the order of the texts; raise ValueError unless each has exactly one."""
    found = dict(rows)
    if len(rows) != count or found.keys() != set(range(count)) or not all(map(math.isfinite, found.values())):
        raise ValueError("not one score for each text")
    return [found[index] for index in range(count)]


def _readable(text: str) -> str:
    """Return what JSON can carry and a model reads."""
    return text[:LONGEST_TEXT].encode(errors="replace").decode().replace("\x00", " ")
