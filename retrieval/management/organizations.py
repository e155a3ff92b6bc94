"""What the commands share that go through organisations, one after the other."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts import selectors as accounts


class OrganizationsCommand(BaseCommand):
    """Does something for every organisation, or with `--organization` for the one of that name."""

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="NAME", help="only this one")

    def chosen(self, name: str | None) -> dict[UUID, str]:
        """Return the organisation of the name by id, all for None; raise CommandError without one."""
        found = accounts.find_organization(name=name) if name is not None else None
        if name is not None and found is None:
            raise CommandError(f"there is no organization {name!r}")
        return {each.pk: each.name for each in ([found] if found else accounts.organizations())}

    def show(self, count: int, things: str) -> None:
        """Say on a terminal, in the same line again and again, how many are done."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{count} {things}", ending="\r")
            self.stdout.flush()
