"""`manage.py verify_audit`: read every organisation's audit trail again and say whether it is whole."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts import audit, selectors


class Command(BaseCommand):
    help = (
        "Say of each organisation's audit trail how many entries it has, its last digest, and whether it is "
        "whole. Exits with 1 where one is not. A digest that was noted down before can be asked for again: "
        "a trail that was put back to an older state is whole, but does not have it."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="NAME", help="only this one")
        parser.add_argument("--expect", metavar="DIGEST", help="a digest that the trail must have")

    @override
    def handle(self, *args: Any, organization: str | None, expect: str | None, **options: Any) -> None:
        damaged = 0
        chosen = [selectors.find_organization(name=organization)] if organization else selectors.everybody()
        for one in chosen:
            if one is None:
                raise CommandError(f"There is no organisation called {organization}.")
            verdict = audit.verify(organization_id=one.pk)
            known = expect is None or audit.has_digest(organization_id=one.pk, digest=expect)
            state = _state(verdict, known=known)
            damaged += state != "whole"
            self.stdout.write(f"{one.name}: {state}, {verdict.length} entries, {verdict.digest}")
        if damaged:
            raise CommandError(f"Audit trails that are not whole: {damaged}")


def _state(verdict: audit.Verdict, *, known: bool) -> str:
    if verdict.damage:
        return f"{verdict.damage} at entry {verdict.number}"
    return "whole" if known else "without the expected digest"
