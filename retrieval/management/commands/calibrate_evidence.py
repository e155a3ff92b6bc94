"""Fit the weights by which the search tells an answer from the lack of one; once for every embedder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from retrieval import embeddings
from retrieval.calibration import calibrate
from retrieval.evidence import Signals
from retrieval.management.judged_sets import add_sets, indexed
from retrieval.reading import JudgedQuestion
from retrieval.search import find_candidates, rank, signals
from retrieval.types import Reader


class Command(BaseCommand):
    help = "Print a calibration of the evidence for the embedder in use, from questions with known answers."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        add_sets(parser)
        parser.add_argument(
            "--keep", type=float, default=0.93, help="share of answerable questions to answer"
        )

    @override
    def handle(self, *args: Any, sets: list[list[Path]], keep: float, **options: Any) -> None:
        found: list[Signals] = []
        answerable: list[bool] = []
        for files in sets:
            with indexed(files, self.stdout) as judged:
                found += [_signals(question, judged.reader) for question in judged.questions]
                answerable += [bool(question.gold) for question in judged.questions]
        calibration, quality = calibrate(found, answerable, keep=keep)
        weights = ", ".join(f"{weight:.4g}" for weight in calibration.weights)
        self.stdout.write(
            f"\n{embeddings.name()!r}: "
            f"Calibration(({weights}), {calibration.bias:.4g}, {calibration.answer_from:.4g}),\n"
            f"on unseen questions: AUROC {quality.auroc:.3f}, "
            f"answered {quality.kept:.1%} of the answerable, refused {quality.refused:.1%} of the others"
        )


def _signals(question: JudgedQuestion, reader: Reader) -> Signals:
    candidates = find_candidates(question=question.text, reader=reader)
    return signals(candidates, rank(candidates, reader)) or Signals(0.0, 0.0, 0.0, 0.0, 0.0)
