"""Bring conversations back from the archive."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts import selectors as accounts
from config.kernel.objects import ObjectStoreError
from conversations import manifests, restoring
from conversations.archive_form import DamagedObjectError
from conversations.restoring import Restoration


class Command(BaseCommand):
    help = (
        "Bring conversations back from the archive into a database that lost them. What the database has "
        "stays as it is, deleted conversations stay deleted. Organizations and people that it does not know "
        "become stand-ins that nobody can sign in as. Exits with 1 when objects were refused."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--organization", metavar="NAME", help="only this one; its id where the database lost its name"
        )

    @override
    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        refused = 0
        try:
            chosen = restoring.archived_organizations() if organization is None else [_named(organization)]
            for organization_id in chosen:
                done = restoring.restore_organization(organization_id, self._show)
                self._tell(done)
                self._compare(organization_id)
                refused += len(done.refused)
        except ObjectStoreError as error:
            raise CommandError(
                f"the archive does not answer ({error.details.get('reason', '')}); what came back stays, "
                "and running this again goes on",
                returncode=2,
            ) from error
        if not chosen:
            self.stdout.write("the archive is empty")
        if refused:
            raise CommandError(f"{refused} objects were refused")

    def _show(self, seen: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{seen} turns", ending="\r")
            self.stdout.flush()

    def _tell(self, done: Restoration) -> None:
        found = accounts.find_organization_by_id(organization_id=done.organization_id)
        said = f"{found or done.organization_id}: {done.turns} turns restored"
        if done.there_already:
            said += f", {done.there_already} there already"
        if done.of_deleted:
            said += f", {done.of_deleted} of deleted conversations left out"
        self.stdout.write(said)
        for name, reason in sorted(done.refused.items()):
            self.stderr.write(f"refused {name}: {reason}")

    def _compare(self, organization_id: UUID) -> None:
        """Say what the archive lacks of what its manifest names: nobody else knows that it was there."""
        try:
            manifest = manifests.read_manifest(organization_id)
        except DamagedObjectError as damaged:
            self.stderr.write(str(damaged))
            return
        if manifest is None:
            return
        for each in manifests.differences(manifest):
            self.stderr.write(
                f"{each.folder} held {each.expected} objects at {manifest.written_at:%Y-%m-%d %H:%M} UTC, "
                f"and holds {each.found}"
            )


def _named(name: str) -> UUID:
    found = accounts.find_organization(name=name)
    if found is not None:
        return found.pk
    try:
        return UUID(name)
    except ValueError:
        raise CommandError(f"there is no organization {name!r}", returncode=2) from None
