"""The addresses of the product as the URL conf knows them, and the table of rights beside them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver

ROLES = ("anonymous", "member", "other_member", "outsider", "manager", "outside_manager", "operator")
OBJECT_OF_MODEL = {
    "organization": "organization_id",
    "organizationsettings": "settings_id",
    "user": "member_id",
    "department": "department_id",
    "invitation": "invitation_id",
    "document": "document_id",
    "auditentry": "audit_id",
    "dailyusage": "usage_id",
    "glossaryentry": "entry_id",
    "knowledgegap": "gap_id",
    "approvedanswer": "approved_id",
    "apikey": "key_id",
    "budget": "budget_id",
    "erasure": "erasure_id",
    "hold": "hold_id",
    "reading": "reading_id",
    "referral": "referral_id",
    "evaluationquestion": "evaluation_question_id",
    "evaluationrun": "evaluation_run_id",
    "webhook": "webhook_id",
    "webhookdelivery": "delivery_id",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# The admin writes these two as regular expressions.
_READABLE = {
    r"admin/^(?P<app_label>auth|accounts|conversations|retrieval|analytics)/$": "admin/<app_label>/",
    r"admin/(?P<url>.*)$": "admin/<url>",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address; `methods` is None where the view does not say what it answers."""

    pattern: str
    methods: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Row:
    """The status that each of ROLES gets, in their order."""

    method: str
    pattern: str
    statuses: tuple[int, ...]


def routes_of(patterns: Sequence[URLPattern | URLResolver], prefix: str = "") -> Iterator[Route]:
    """Yield every address below the patterns."""
    for pattern in patterns:
        name = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes_of(pattern.url_patterns, name)
        else:
            yield Route(_READABLE.get(name, name), _methods_of(pattern))


def _methods_of(pattern: URLPattern) -> frozenset[str] | None:
    view = getattr(pattern.callback, "cls", None)
    if view is None:
        return None
    return frozenset(method for method in METHODS if hasattr(view, method.lower()))


def read_table(path: Path) -> list[Row]:
    """Read lines of a method, an address and one status for each role; # begins a remark."""
    lines = (line.split("#")[0].split() for line in path.read_text(encoding="utf-8").splitlines())
    return [Row(method, _address(name), tuple(map(int, said))) for method, name, *said in filter(None, lines)]


def _address(name: str) -> str:
    return name.removeprefix("/")


def unlisted(routes: Iterable[Route], rows: Iterable[Row]) -> set[str]:
    """Return what the URL conf answers and the table does not know, as `METHOD address`."""
    listed = {(row.method, row.pattern) for row in rows}
    known = {pattern for _method, pattern in listed}
    return {
        f"{method} {route.pattern}"
        for route in routes
        for method in sorted(route.methods or {"any"})
        if ((method, route.pattern) not in listed if route.methods else route.pattern not in known)
    }


def outdated(routes: Iterable[Route], rows: Iterable[Row]) -> set[str]:
    """Return what the table lists and the URL conf does not answer."""
    answered = {route.pattern: route.methods for route in routes}
    return {
        f"{row.method} {row.pattern}"
        for row in rows
        if row.pattern not in answered
        or ((methods := answered[row.pattern]) is not None and row.method not in methods)
    }


def address_of(pattern: str, ids: Mapping[str, str]) -> str:
    """Fill the placeholders of a pattern; one without a thing behind it raises KeyError."""
    model = pattern.split("/")[2] if pattern.startswith("admin/") and pattern.count("/") > 2 else ""
    own = {**ids, "object_id": ids.get(OBJECT_OF_MODEL.get(model, ""), ids["object_id"])}
    return "/" + PLACEHOLDER.sub(lambda found: own[found[1]], pattern)
