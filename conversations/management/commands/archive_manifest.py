"""Write or check the manifest of the archive."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts import selectors as accounts
from config.kernel.objects import ObjectStoreError
from conversations import manifests
from conversations.archive_form import DamagedObjectError
from conversations.manifests import Manifest


class Command(BaseCommand):
    help = (
        "Write what the archive has to hold, counts and hashes by day, beside its objects, as happens "
        "every day by itself. With --check compare the archive with it and write nothing: exits with 1 "
        "where they differ, with 2 where the archive does not answer."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="NAME", help="only this one; all by default")
        parser.add_argument("--check", action="store_true", help="compare, write nothing")

    @override
    def handle(self, *args: Any, organization: str | None, check: bool, **options: Any) -> None:
        differing = 0
        try:
            for each, organization_id in _chosen(organization):
                if check:
                    differing += self._check(each, organization_id)
                else:
                    self._told(each, manifests.write_manifest(organization_id))
        except ObjectStoreError as error:
            reason = error.details.get("reason", "")
            raise CommandError(f"the archive does not answer ({reason})", returncode=2) from error
        if differing:
            raise CommandError(f"{differing} archives differ from their manifests")

    def _check(self, name: str, organization_id: UUID) -> bool:
        try:
            manifest = manifests.read_manifest(organization_id)
        except DamagedObjectError as damaged:
            self.stderr.write(f"{name}: {damaged}")
            return True
        if manifest is None:
            self.stdout.write(f"{name}: no manifest")
            return False
        self._told(name, manifest)
        found = manifests.differences(manifest)
        for each in found:
            self.stderr.write(f"{name}: {each.folder} holds {each.found} objects, {each.expected} expected")
        return bool(found)

    def _told(self, name: str, manifest: Manifest) -> None:
        seal = "" if manifest.is_ours else ", not sealed by this installation"
        self.stdout.write(
            f"{name}: {manifest.turns} turns in {manifest.conversations} conversations, "
            f"written {manifest.written_at:%Y-%m-%d %H:%M} UTC{seal}"
        )


def _chosen(name: str | None) -> list[tuple[str, UUID]]:
    if name is None:
        return [(each.name, each.pk) for each in accounts.organizations()]
    found = accounts.find_organization(name=name)
    if found is None:
        raise CommandError(f"there is no organization {name!r}", returncode=2)
    return [(found.name, found.pk)]
