"""Taking a person out of accounts: the row itself, and what names it beside it."""

from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Q

from accounts import limits
from accounts.budgets import Subject
from accounts.models import BudgetLedger, Invitation, Session, User
from accounts.tenancy import tenant_scope
from accounts.types import BudgetScope


def erase_person(*, organization_id: UUID, person_id: UUID) -> dict[str, int]:
    """Delete the account with everything that belongs to it alone; return what was removed.

    What the organisation keeps, documents for example, no longer says who made it. Audit entries keep an id
    that names nobody any more. Again changes nothing.
    """
    with tenant_scope(organization_id), transaction.atomic():
        user: User | None = User.objects.select_for_update().filter(pk=person_id).first()
        if user is None:
            return {}
        own = Subject(BudgetScope.PERSON, person_id)
        removed = {
            "sessions": Session.objects.filter(user_id=person_id).delete()[0],
            "invitations": Invitation.objects.filter(email__iexact=user.email).delete()[0],
            "budget_ledgers": BudgetLedger.objects.filter(subject=own.key).delete()[0],
            "admin_log": _forget_in_admin_log(user),
            "account": 1,
        }
        limits.forget(str(person_id), user.username_key)
        user.delete()
    return removed


def _forget_in_admin_log(user: User) -> int:
    """Delete what the admin noted about the account, and the names that it noted beside other things."""
    colleagues = User.objects.values("pk")
    entries = LogEntry.objects.filter(user__in=colleagues)
    about = entries.filter(content_type__app_label="accounts", object_id=str(user.pk)).delete()[0]
    named = Q(object_repr__icontains=user.username) | Q(change_message__icontains=user.email)
    if user.display_name:
        named |= Q(object_repr__icontains=user.display_name)
    return about + entries.filter(named).update(object_repr="", change_message="")
