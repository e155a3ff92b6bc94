"""An organisation for measuring, gone when the measurement ends."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from accounts.services.organizations import ensure_organization
from accounts.tenancy import tenant_scope
from retrieval.types import Reader
from retrieval.vectors import get_store


@contextmanager
def throw_away_organization() -> Iterator[Reader]:
    """Open the scope of a new organisation, as a reader of everything; it is removed whatever happens."""
    organization, _created = ensure_organization(name=f"evaluation {uuid.uuid4()}")
    organization_id = organization.pk
    try:
        with tenant_scope(organization_id):
            yield Reader(organization_id, organization_id, None, sees_all=True)
    finally:
        get_store().remove_organization(organization_id)
        with tenant_scope(organization_id):
            organization.delete()
