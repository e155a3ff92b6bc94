"""Bring documents in from a file of JSON lines."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts.services.organizations import ensure_organization
from accounts.tenancy import tenant_scope
from retrieval.management.progress import import_all, summary
from retrieval.management.tables import ensure_tables
from retrieval.reading import UnreadableFileError, read_documents


class Command(BaseCommand):
    help = "Load documents from JSON lines {id, title, text, category}; returns when they are indexed."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--organization", required=True, metavar="NAME", help="created when it is missing"
        )

    @override
    def handle(self, *args: Any, file: Path, organization: str, **options: Any) -> None:
        try:
            items = read_documents(file)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from None
        ensure_tables()
        owner, _created = ensure_organization(name=organization)
        with tenant_scope(owner.pk):
            counts = import_all(items, self.stdout)
        self.stdout.write(f"{owner.name}: {summary(counts)}")
