"""What a store still has, and the database has no more or not yet: hits that lead nowhere."""

from typing import Any

import pytest
from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from retrieval.access import reader_of
from retrieval.models import Document
from retrieval.search import find_passages
from tests.retrieval.conftest import VACATION, AddDocument

pytestmark = pytest.mark.django_db
QUESTION = "מתי מגישים את הבקשה לחופשה?"


def titles(person: User) -> list[str]:
    found = find_passages(question=QUESTION, reader=reader_of(actor_of(person)), limit=20)
    return [passage.document.title for passage in found.passages]


@pytest.mark.parametrize(
    "change", [{"deleted_at": now()}, {"indexed_version": None}], ids=["gone", "not yet"]
)
def test_a_hit_in_a_document_that_is_gone_or_not_yet_there_is_dropped(
    manager: User, member: User, add_document: AddDocument, change: dict[str, Any]
) -> None:
    document = add_document(manager, "נוהל חופשה", VACATION)
    assert titles(member) == titles(manager) == ["נוהל חופשה"]
    with tenant_scope(manager.organization_id):  # behind the store's back: the index keeps its version
        Document.objects.filter(id=document.id).update(**change)
    assert titles(member) == titles(manager) == []
