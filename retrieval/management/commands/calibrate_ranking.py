"""Fit the weights of the search's second look; once for every embedder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand
from typing_extensions import override

from retrieval import embeddings
from retrieval.fitting import Case, fit_weights
from retrieval.management.judged_sets import JudgedSet, add_sets, indexed
from retrieval.search import find_candidates, rank


class Command(BaseCommand):
    help = "Print weights of the ranking for the embedder in use, from questions with known answers."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        add_sets(parser)

    @override
    def handle(self, *args: Any, sets: list[list[Path]], **options: Any) -> None:
        cases: list[Case] = []
        for files in sets:
            with indexed(files, self.stdout) as judged:
                cases += _cases(judged)
        weights = ", ".join(f"{weight:.3g}" for weight in fit_weights(cases))
        self.stdout.write(f"\n{embeddings.name()!r}: Features({weights}), of {len(cases)} questions")


def _cases(judged: JudgedSet) -> list[Case]:
    """Return the candidates of every question that has its answer among them."""
    cases = []
    for question in judged.questions:
        ranked = rank(find_candidates(question=question.text, reader=judged.reader), judged.reader)
        right = [
            place for place, one in enumerate(ranked) if one.passage.document.external_id in question.gold
        ]
        if right:
            cases.append(Case(np.array([one.features.as_row() for one in ranked]), right[0]))
    return cases
