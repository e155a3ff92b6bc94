"""The managers' lists cost what they show, however long they are: read by indexes, and counted only as far as
anybody turns pages.
"""

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.role_admin import BoundedPaginator, RoleAdmin
from analytics.models import KnowledgeGap, WebhookDelivery
from conversations.models import Reading, Referral
from retrieval.models import Document
from tests.conftest import BrowserOf

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans are read in SQLite's words"),
]
LONG = (AuditEntry, User, Document, Referral, Reading, WebhookDelivery)


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    return browser(manager)


def queries(page: Client, model: type[Model]) -> list[str]:
    """Return the statements that read the table for its list."""
    table = model._meta.db_table
    with CaptureQueriesContext(connection) as captured:
        answer = page.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    assert answer.status_code == 200
    return [query["sql"] for query in captured.captured_queries if f'FROM "{table}"' in query["sql"]]


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return " | ".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("model", LONG)
def test_a_page_of_a_long_list_is_read_in_the_order_of_an_index(page: Client, model: type[Model]) -> None:
    in_order = (sql for sql in queries(page, model) if f'ORDER BY "{model._meta.db_table}"' in sql)
    rows = max(in_order, key=len)  # what a filter offers is shorter
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan(rows)
    assert f"SCAN {model._meta.db_table}" not in plan(rows)


@pytest.mark.parametrize("model", [*LONG, KnowledgeGap])
def test_a_long_list_is_counted_only_as_far_as_anybody_turns_pages(page: Client, model: type[Model]) -> None:
    counted = [sql for sql in queries(page, model) if "COUNT(*)" in sql]
    assert all(f"LIMIT {BoundedPaginator.most}" in sql for sql in counted)


def test_every_list_is_counted_so() -> None:
    own = [each for each in admin.site._registry.values() if isinstance(each, RoleAdmin)]
    assert {each.paginator for each in own} == {BoundedPaginator}
