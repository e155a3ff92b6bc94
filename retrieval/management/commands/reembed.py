"""Embed again what another model has embedded, as after a change of EMBEDDINGS_BACKEND."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts import selectors as accounts
from config.kernel.errors import ServiceUnavailableError
from retrieval import embeddings
from retrieval.reembedding import count_stale, reembed


class Command(BaseCommand):
    help = (
        "Embed every document that another model has embedded, one after the other. Can be stopped and "
        "started again; the search goes on meanwhile."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="NAME", help="only this one")
        parser.add_argument("--check", action="store_true", help="only tell how many documents wait")

    @override
    def handle(self, *args: Any, organization: str | None, check: bool, **options: Any) -> None:
        chosen = list(accounts.organizations())
        if organization is not None:
            found = accounts.find_organization(name=organization)
            if found is None:
                raise CommandError(f"there is no organization {organization!r}")
            chosen = [found]
        self.stdout.write(f"embedder {embeddings.name()}")
        for each in chosen:
            if check:
                self.stdout.write(f"{each.name}: {count_stale(each.pk)} documents wait")
                continue
            try:
                done = reembed(each.pk, self._show)
            except ServiceUnavailableError as error:
                raise CommandError(f"{error.code}; {each.name} is not complete") from error
            self.stdout.write(f"{each.name}: {done.done} documents embedded, {done.left} left")

    def _show(self, documents: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{documents} documents", ending="\r")
            self.stdout.flush()
