"""How long the pages about a year take, from request to the answer's last byte, without a network."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.test import Client

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from accounts.tokens import access_token
from analytics.models import KnowledgeGap
from bench.year.compared import PAGE
from conversations.models import Citation

TIMES = 10
GRAPH = "/admin/analytics/dailyusage/graph/"


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of several requests."""

    median: float
    worst: float


def addresses(organization_id: UUID) -> Mapping[str, str]:
    """Return the pages that a manager reads the year on, by name."""
    with tenant_scope(organization_id):
        gap = KnowledgeGap.objects.values_list("pk", flat=True)[0]
        department = Department.objects.values_list("pk", flat=True)[1]
    return {
        "dashboard, 30 days": f"{PAGE}?days=30",
        "dashboard, a year": f"{PAGE}?days=365",
        "dashboard, a year of a department": f"{PAGE}?days=365&department_id={department}",
        "dashboard, a year as CSV": f"{PAGE}?days=365&format=csv",
        "who asks about what, 30 days": f"{GRAPH}?days=30",
        "who asks about what, 90 days": f"{GRAPH}?days=90",
        "knowledge gaps": "/admin/analytics/knowledgegap/",
        "open knowledge gaps": "/admin/analytics/knowledgegap/?state__exact=open",
        "knowledge gaps, searched": "/admin/analytics/knowledgegap/?q=חניה",
        "one gap": f"/admin/analytics/knowledgegap/{gap}/change/",
        "people": "/admin/accounts/user/",
        "documents": "/admin/retrieval/document/",
        "audit trail": "/admin/accounts/auditentry/",
        "first page of the admin": "/admin/",
    }


def time_pages(manager: User) -> dict[str, Took]:
    """Return how long each page takes, by name; the first request of each is not counted."""
    client = Client()
    client.force_login(manager)
    found = {name: _time(client, url) for name, url in addresses(manager.organization_id).items()}
    return {**found, "related to an answer": _time_related(manager.organization_id)}


def _time_related(organization_id: UUID) -> Took:
    """Time what the graph says of an answer, for the one who asked for it."""
    with tenant_scope(organization_id):
        citation = Citation.objects.select_related("message__author")[0]
    token = access_token(actor_of(citation.message.author))
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return _time(client, f"/api/v1/answers/{citation.message_id}/related")


def _time(client: Client, url: str) -> Took:
    times = []
    for _number in range(TIMES + 1):
        began = time.perf_counter()
        response = client.get(url)
        if response.status_code != 200:
            raise SystemExit(f"{url}: {response.status_code}")
        times.append((time.perf_counter() - began) * 1000)
    return Took(statistics.median(times[1:]), max(times[1:]))
