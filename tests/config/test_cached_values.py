"""What lies in Redis is data and nothing else: no value that is read from there runs code."""

import pickle
from typing import Any

import pytest
from django.core.cache.backends.redis import RedisCache

from config import services

RAN: list[str] = []


def run(what: str) -> None:
    RAN.append(what)


class Deed:
    """What runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return run, ("code",)


@pytest.fixture
def serializer() -> Any:
    """Return what the configured cache reads and writes values with; no server is asked."""
    configured = services.cache("redis://127.0.0.1:1/0")
    cache = RedisCache(configured["LOCATION"], {"OPTIONS": configured["OPTIONS"]})
    return cache._cache._serializer  # type: ignore[attr-defined]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_value_that_would_run_code_counts_as_missing(serializer: Any, protocol: int) -> None:
    RAN.clear()
    assert serializer.loads(pickle.dumps(Deed(), protocol)) is None
    assert RAN == []


@pytest.mark.parametrize("value", [10, 0, -3, True, None, "שלום", ["user", ["a", None]], {"a": 1.5}, ""])
def test_what_is_written_is_read(serializer: Any, value: Any) -> None:
    written = serializer.dumps(value)
    assert serializer.loads(str(written).encode() if isinstance(written, int) else written) == value


def test_redis_can_count_with_integers(serializer: Any) -> None:
    assert serializer.dumps(10) == 10


@pytest.mark.parametrize("broken", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_value_of_ours_counts_as_missing(serializer: Any, broken: bytes) -> None:
    assert serializer.loads(broken) is None


def test_what_cannot_be_told_as_json_is_refused_where_it_is_written(serializer: Any) -> None:
    with pytest.raises(TypeError):
        serializer.dumps(object())
