"""`manage.py seed_demo`: the demo organisation with its people and documents; safe to repeat."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts.services.organizations import ensure_organization
from accounts.services.registration import NewAccount, create_account
from accounts.tenancy import tenant_scope
from accounts.types import Role
from config import demo
from retrieval.importing import departments_named


class Command(BaseCommand):
    help = "Create the demo organisation, its people and its documents; what is there already stays."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demo shows its passwords to whoever starts the server: not in production."
            )
        organization, _created = ensure_organization(name=demo.ORGANIZATION)
        with tenant_scope(organization.pk):
            self._people(organization.pk)
            self._documents(organization.pk)

    def _people(self, organization_id: UUID) -> None:
        people = {person.username: person for person in demo.PEOPLE}
        known = get_user_model().objects.filter(username__in=people).values_list("username", flat=True)
        missing = [people[username] for username in sorted(people.keys() - set(known))]
        if not missing:
            return
        self._say(f"Demo: creating {len(missing)} accounts …")
        passwords = demo.passwords()
        for person in missing:
            departments = departments_named([person.department] if person.department else [])
            create_account(
                account=NewAccount(
                    username=person.username,
                    email=f"{person.username}@example.org",
                    password=passwords[person.username],
                    display_name=person.display_name,
                ),
                organization_id=organization_id,
                role=Role.MANAGER if person.is_manager else Role.MEMBER,
                department_id=departments[0].pk if departments else None,
            )

    def _documents(self, organization_id: UUID) -> None:
        """Load the folder again only when a file of it changed, or the organisation is new."""
        if not demo.DOCUMENTS.is_dir():
            self._say(f"Demo: {demo.DOCUMENTS} is missing; the organisation has no documents.")
            return
        if demo.documents_are_loaded(organization_id):
            return
        self._say("Demo: loading and indexing its documents …")
        call_command("load_folder", demo.DOCUMENTS, organization=demo.ORGANIZATION, stdout=self.stdout)
        demo.remember_documents(organization_id)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
