"""Embed again what another model has embedded, as after a change of EMBEDDINGS_BACKEND."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from typing_extensions import override

from config.kernel.errors import ServiceUnavailableError
from retrieval import embeddings
from retrieval.management.organizations import OrganizationsCommand
from retrieval.reembedding import count_stale, reembed


class Command(OrganizationsCommand):
    help = (
        "Embed every document that another model has embedded, one after the other. Can be stopped and "
        "started again; the search goes on meanwhile."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="only tell how many documents wait")

    @override
    def handle(self, *args: Any, organization: str | None, check: bool, **options: Any) -> None:
        chosen = self.chosen(organization)
        self.stdout.write(f"embedder {embeddings.name()}")
        for organization_id, name in chosen.items():
            if check:
                self.stdout.write(f"{name}: {count_stale(organization_id)} documents wait")
                continue
            try:
                done = reembed(organization_id, self._show)
            except ServiceUnavailableError as error:
                raise CommandError(f"{error.code}; {name} is not complete") from error
            self.stdout.write(f"{name}: {done.done} documents embedded, {done.left} left")

    def _show(self, documents: int) -> None:
        self.show(documents, "documents")
