"""Stand-ins for organisations and people whose data came back before they did.

The archive of conversations knows them by id alone. A stand-in holds the place: nobody can sign in as one
until an operator gives it a name, a password and its status back; one that is loaded later under the same id
takes its place.
"""

from collections.abc import Collection
from uuid import UUID

from accounts.models import Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus


def ensure_organization(*, organization_id: UUID) -> bool:
    """Create an organisation of that id, named after it, unless there is one; return whether it is new."""
    return Organization.objects.get_or_create(
        pk=organization_id, defaults={"name": f"restored {organization_id}"}
    )[1]


def ensure_people(*, organization_id: UUID, user_ids: Collection[UUID]) -> set[UUID]:
    """Create deactivated accounts for those of the ids that have none.

    Returns the ids of accounts that belong to another organisation: what is said to be theirs is not.
    """
    known = dict(User.directory.filter(pk__in=user_ids).values_list("pk", "organization_id"))
    with tenant_scope(organization_id):
        for user_id in sorted(set(user_ids) - known.keys()):
            name = f"restored-{user_id}"
            user = User(
                id=user_id,
                organization_id=organization_id,
                username=name,
                email=f"{name}@restored.invalid",
                status=AccountStatus.DEACTIVATED,
            )
            user.set_unusable_password()
            user.save(force_insert=True)
    return {user_id for user_id, owner in known.items() if owner != organization_id}
