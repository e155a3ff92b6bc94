"""Fill the store of passages from the database, as after moving to another one or losing its data."""

from typing import Any

from django.core.management.base import CommandError
from typing_extensions import override

from retrieval.management.organizations import OrganizationsCommand
from retrieval.shelving import refill
from retrieval.vectors import get_store
from retrieval.vectors.port import StoreUnavailableError


class Command(OrganizationsCommand):
    help = (
        "Give every indexed passage to the store that is configured, and take out what it should not have. "
        "Nothing is embedded again; the search goes on meanwhile."
    )

    @override
    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        chosen = self.chosen(organization)
        self.stdout.write(f"store {get_store().name}")
        for organization_id, name in chosen.items():
            try:
                done = refill(organization_id, self._show)
            except StoreUnavailableError as error:
                raise CommandError(f"the store does not answer; {name} is not complete") from error
            self.stdout.write(f"{name}: {done.passages} passages, {done.removed} removed")

    def _show(self, passages: int) -> None:
        self.show(passages, "passages")
