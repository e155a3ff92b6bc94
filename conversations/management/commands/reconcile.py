"""Compare the database with the archive and the graph, and close what differs."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts import selectors as accounts
from config.kernel.errors import ServiceUnavailableError
from conversations import reconciling
from conversations.reconciling import Comparison, Kind, ReconciledStore

SHOWN = 20
INCOMPARABLE = 2


class Command(BaseCommand):
    help = (
        "Compare the database with the stores that follow it, by id and hash. Exits with 0 when they agree, "
        "with 1 when they differ, with 2 when a store does not answer. What waits in the outbox is on the "
        "way and no difference."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="NAME", help="only this one")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="send again what is missing or different, remove what the database does not have (after a "
            "loss of the database: `restore` first)",
        )
        parser.add_argument("--deep", action="store_true", help="read every object instead of the listing")
        parser.add_argument("--json", action="store_true", help="write one JSON object")

    @override
    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        stores = reconciling.reconciled_stores()
        differing = 0
        lines = []
        try:
            for comparison, name in self._comparisons(stores, organization, deep=options["deep"]):
                differing += len(comparison.differences)
                lines.append(_line(comparison, name))
                if not options["json"]:
                    self._show(comparison, name)
                if options["repair"] and comparison.differences:
                    reconciling.repair(comparison)
        except ServiceUnavailableError as error:
            reason = error.details.get("reason", "")
            raise CommandError(
                f"a store does not answer: {error.code} {reason}".rstrip(), returncode=INCOMPARABLE
            ) from error
        repaired = bool(options["repair"])
        if options["json"]:
            self.stdout.write(json.dumps(_report(lines, differing, repaired=repaired), ensure_ascii=False))
        else:
            self._conclude(lines, differing, repaired=repaired)
        if differing and not repaired:
            raise SystemExit(1)

    def _comparisons(
        self, stores: list[ReconciledStore], organization: str | None, *, deep: bool
    ) -> Iterator[tuple[Comparison, str]]:
        chosen = reconciling.known_organizations(stores) if organization is None else _named(organization)
        for organization_id, name in chosen.items():
            for store in stores:
                yield reconciling.compare(store, organization_id, deep=deep), name

    def _show(self, comparison: Comparison, name: str) -> None:
        said = f"{name or comparison.organization_id} · {comparison.store.name}: "
        said += f"{comparison.expected} expected, {comparison.found} found"
        if comparison.on_the_way:
            said += f", {comparison.on_the_way} on the way"
        self.stdout.write(said)
        for kind in Kind:
            ids = _ids(comparison, kind)
            if ids:
                more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
                self.stdout.write(f"  {kind} {len(ids)}: {', '.join(ids[:SHOWN])}{more}")

    def _conclude(self, lines: list[dict[str, Any]], differing: int, *, repaired: bool) -> None:
        if not differing:
            self.stdout.write("no differences")
        elif repaired:
            self.stdout.write(f"{differing} differences: closed, or in the outbox now")
        else:
            self.stdout.write(f"{differing} differences; --repair closes them")
            if any(line[Kind.EXTRA] for line in lines):
                self.stdout.write("--repair removes what is extra; `restore` brings it back to the database")


def _named(name: str) -> dict[UUID, str]:
    found = accounts.find_organization(name=name)
    if found is None:
        raise CommandError(f"there is no organization {name!r}", returncode=INCOMPARABLE)
    return {found.pk: found.name}


def _line(comparison: Comparison, name: str) -> dict[str, Any]:
    return {
        "organization": {"id": str(comparison.organization_id), "name": name},
        "store": comparison.store.name,
        "expected": comparison.expected,
        "found": comparison.found,
        "on_the_way": comparison.on_the_way,
        **{kind: _ids(comparison, kind) for kind in Kind},
    }


def _report(lines: list[dict[str, Any]], differing: int, *, repaired: bool) -> dict[str, Any]:
    return {
        "exact": not differing,
        "differences": differing,
        "on_the_way": sum(line["on_the_way"] for line in lines),
        "repaired": repaired,
        "stores": lines,
    }


def _ids(comparison: Comparison, kind: Kind) -> list[str]:
    return sorted(str(each.id) for each in comparison.differences if each.kind is kind)
