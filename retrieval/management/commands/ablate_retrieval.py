"""Measure what each step of the search adds, on sets of questions with known answers."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from retrieval import ablation
from retrieval.management.judged_sets import add_sets, indexed


class Command(BaseCommand):
    help = "Print a table of the search's steps for each set: R@1, R@5, MRR and the gain with its interval."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        add_sets(parser)

    @override
    def handle(self, *args: Any, sets: list[list[Path]], **options: Any) -> None:
        for files in sets:
            with indexed(files, self.stdout) as judged:
                ranks = ablation.rank_by_steps(judged.questions, judged.reader, lambda _number: None)
            self.stdout.write(f"\n{judged.name}: {len(ranks[0])} questions with an answer\n\n")
            self.stdout.write(ablation.table(ablation.worths(ranks)))
