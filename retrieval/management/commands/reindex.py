"""Fill the store of passages from the database, as after moving to another one or losing its data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts import selectors as accounts
from retrieval.shelving import refill
from retrieval.vectors import get_store
from retrieval.vectors.port import StoreUnavailableError


class Command(BaseCommand):
    help = (
        "Give every indexed passage to the store that is configured, and take out what it should not have. "
        "Nothing is embedded again; the search goes on meanwhile."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="NAME", help="only this one")

    @override
    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        chosen = list(accounts.organizations())
        if organization is not None:
            found = accounts.find_organization(name=organization)
            if found is None:
                raise CommandError(f"there is no organization {organization!r}")
            chosen = [found]
        self.stdout.write(f"store {get_store().name}")
        for each in chosen:
            try:
                done = refill(each.pk, self._show)
            except StoreUnavailableError as error:
                raise CommandError(f"the store does not answer; {each.name} is not complete") from error
            self.stdout.write(f"{each.name}: {done.passages} passages, {done.removed} removed")

    def _show(self, passages: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{passages} passages", ending="\r")
            self.stdout.flush()
