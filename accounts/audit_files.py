"""The audit trail as a file: a table for people, JSON lines for programs that compute the digests again."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit_words import words_of
from accounts.models import AuditEntry, User
from accounts.tenancy import tenant_scope
from config.kernel.text import spreadsheet_text

_PAGE = 2_000


def csv_pieces(*, organization_id: UUID) -> Iterator[bytes]:
    """Yield the trail as CSV; the mark at the beginning lets Excel read Hebrew."""
    yield "\ufeff".encode()
    yield _csv([[_("number"), _("time"), _("person"), _("action"), _("subject"), _("reason")]])
    for entries in _pages(organization_id):
        names = _names(organization_id, entries)
        yield _csv([_row(entry, names) for entry in entries])


def json_pieces(*, organization_id: UUID) -> Iterator[bytes]:
    """Yield an object for each entry: what its digest covers, and the digest."""
    for entries in _pages(organization_id):
        lines = [json.dumps([*audit.facts(entry), entry.digest], ensure_ascii=False) for entry in entries]
        yield "".join(f"{line}\n" for line in lines).encode()


def _pages(organization_id: UUID) -> Iterator[list[AuditEntry]]:
    """Yield the trail a page at a time; no scope stays open while the reader takes one."""
    last = 0
    while True:
        with tenant_scope(organization_id):
            entries = [*AuditEntry.objects.filter(number__gt=last).order_by("number")[:_PAGE]]
        if not entries:
            return
        yield entries
        last = entries[-1].number


def _names(organization_id: UUID, entries: Sequence[AuditEntry]) -> dict[UUID, str]:
    with tenant_scope(organization_id):
        people = User.objects.filter(pk__in={entry.actor_id for entry in entries})
        return dict(people.values_list("pk", "username"))


def _row(entry: AuditEntry, names: dict[UUID, str]) -> list[str]:
    person = names.get(entry.actor_id, str(entry.actor_id)) if entry.actor_id else ""
    number, at, _person, action, target, note = audit.facts(entry)
    return [str(number), at, *map(spreadsheet_text, (person, words_of(action), target, note))]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
