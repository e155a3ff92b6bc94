"""Weaviate is configured and nobody answers there: an error, never the embedded store."""

from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import User
from config import probes
from retrieval.access import reader_of
from retrieval.search import find_passages
from retrieval.vectors import get_store
from retrieval.vectors.port import StoreUnavailableError
from tests.retrieval.conftest import VACATION, AddDocument


@pytest.fixture
def nobody_answers(settings: Any, free_tcp_port: int) -> None:
    settings.WEAVIATE_URL = f"http://127.0.0.1:{free_tcp_port}"


def test_the_search_says_so_and_does_not_turn_to_the_database(
    manager: User, add_document: AddDocument, nobody_answers: None
) -> None:
    with pytest.raises(StoreUnavailableError):
        add_document(manager, "חופשה", VACATION)
    assert get_store().name == "weaviate"
    with pytest.raises(StoreUnavailableError):
        find_passages(question="מכסת החופשה", reader=reader_of(actor_of(manager)))


@pytest.mark.django_db(transaction=True)
async def test_health_says_that_it_is_down(nobody_answers: None) -> None:
    assert await probes.vectors() == "down"
