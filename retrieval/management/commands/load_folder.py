"""Bring documents in from a folder of text and Markdown files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts.services.organizations import ensure_organization
from accounts.tenancy import tenant_scope
from retrieval.management.progress import import_all, summary
from retrieval.management.tables import ensure_tables
from retrieval.reading import UnreadableFileError, read_folder


class Command(BaseCommand):
    help = (
        "Load the .md and .txt files below a folder; front matter may give id, title, category, departments. "
        "Returns when they are indexed."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--organization", required=True, metavar="NAME", help="created when it is missing"
        )

    @override
    def handle(self, *args: Any, folder: Path, organization: str, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        items = []
        for found in read_folder(folder):
            if isinstance(found, UnreadableFileError):
                self.stderr.write(str(found))
            else:
                items.append(found)
        ensure_tables()
        owner, _created = ensure_organization(name=organization)
        with tenant_scope(owner.pk):
            counts = import_all(items, self.stdout)
        self.stdout.write(f"{owner.name}: {summary(counts)}")
