"""What a search has found is read by its ids: the cost does not grow with the organisation's documents."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tenancy import tenant_scope
from retrieval.models import Passage
from retrieval.selectors import openable_passages, passages_by_id
from tests.retrieval.conftest import PASSWORDS, VACATION, AddDocument, ReaderOf

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans are read in SQLite's words"),
]


@pytest.mark.parametrize("read", [passages_by_id, openable_passages])
@pytest.mark.parametrize("whose", ["manager", "member"])
def test_passages_are_read_by_their_ids(
    request: pytest.FixtureRequest, add_document: AddDocument, reader: ReaderOf, whose: str, read: object
) -> None:
    manager, person = request.getfixturevalue("manager"), request.getfixturevalue(whose)
    for title, content in (("נוהל חופשה", VACATION), ("נוהל סיסמאות", PASSWORDS)):
        add_document(manager, title, content)
    assert isinstance(person, User)
    assert callable(read)
    with tenant_scope(person.organization_id):
        ids = [*Passage.objects.values_list("id", flat=True)] * 30
        with CaptureQueriesContext(connection) as captured:
            assert len(read(reader(person), ids)) >= 2
    (sql,) = (query["sql"] for query in captured.captured_queries if '"search_text"' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = " | ".join(str(row[-1]) for row in cursor.fetchall())
    assert "retrieval_passage USING INDEX passage_of_organization (organization_id=? AND id=?)" in plan
