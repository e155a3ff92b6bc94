"""Tell whether the certificate of an erasure is genuine."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from analytics.certificates import is_genuine


class Command(BaseCommand):
    help = (
        "Check a certificate of erasure: written by this installation, and unchanged since. Fails otherwise."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")

    @override
    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            certificate = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from None
        if not isinstance(certificate, dict) or not is_genuine(certificate):
            raise CommandError(f"{file} is not a certificate of this installation, or was changed")
        self.stdout.write(f"genuine: {certificate['person_id']} was erased on {certificate['completed_at']}")
