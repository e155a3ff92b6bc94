"""Nobody finds what was not given to them, even from a store that filters nothing.

`bench/canaries.py` asks the same at full size.
"""

import pytest

from retrieval import search
from retrieval.vectors import get_store
from tests.retrieval.canaries import Cage, UnfilteredStore, cage, foreign_hits

pytestmark = pytest.mark.django_db


@pytest.fixture
def cages() -> list[Cage]:
    return [cage(number, texts=8) for number in range(3)]


def test_everybody_finds_what_was_given_to_them_and_nothing_else(cages: list[Cage]) -> None:
    assert foreign_hits(cages, queries=60) == 0


def test_a_store_that_filters_nothing_gives_nothing_away(
    cages: list[Cage], monkeypatch: pytest.MonkeyPatch
) -> None:
    organizations = [each.people[0].organization_id for each in cages]
    broken = UnfilteredStore(get_store(), organizations)
    monkeypatch.setattr(search, "get_store", lambda: broken)
    assert foreign_hits(cages, queries=60) == 0
    assert broken.foreign > 0
