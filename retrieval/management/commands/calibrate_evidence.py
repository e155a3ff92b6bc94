"""Fit the weights by which the search tells an answer from the lack of one; once for every embedder."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from retrieval import embeddings
from retrieval.calibration import Quality, calibrate, with_allowance
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
            "--other-language",
            type=Path,
            nargs="+",
            action="append",
            default=[],
            metavar="FILE",
            help="as --set, of questions in another language than the corpus: for their allowance alone",
        )
        parser.add_argument(
            "--keep", type=float, default=0.93, help="share of answerable questions to answer"
        )

    @override
    def handle(
        self,
        *args: Any,
        sets: list[list[Path]],
        other_language: list[list[Path]],
        keep: float,
        **options: Any,
    ) -> None:
        calibration, quality = calibrate(*self._judged(sets), keep=keep)
        told = [f"on unseen questions: {_said(quality)}"]
        if other_language:
            signals, answerable = self._judged(other_language)
            judged = [pair for pair in zip(signals, answerable, strict=True) if pair[0].foreign]
            if {has_answer for _signals, has_answer in judged} != {True, False}:
                raise CommandError("--other-language needs questions with an answer and without")
            foreign, has_answer = [list(each) for each in zip(*judged, strict=True)]
            calibration, quality = with_allowance(calibration, foreign, has_answer)
            told.append(f"on unseen ones in another language: {_said(quality)}")
        weights = ", ".join(f"{weight:.4g}" for weight in calibration.weights)
        self.stdout.write(
            f"\n{embeddings.name()!r}: Calibration(({weights}), {calibration.bias:.4g}, "
            f"{calibration.answer_from:.4g}, foreign={calibration.foreign:.3g}),"
        )
        self.stdout.write("\n".join(told))

    def _judged(self, sets: Sequence[Sequence[Path]]) -> tuple[list[Signals], list[bool]]:
        found: list[Signals] = []
        answerable: list[bool] = []
        for files in sets:
            with indexed(files, self.stdout) as judged:
                found += [_signals(question, judged.reader) for question in judged.questions]
                answerable += [bool(question.gold) for question in judged.questions]
        return found, answerable


def _said(quality: Quality) -> str:
    return (
        f"AUROC {quality.auroc:.3f}, "
        f"answered {quality.kept:.1%} of the answerable, refused {quality.refused:.1%} of the others"
    )


def _signals(question: JudgedQuestion, reader: Reader) -> Signals:
    candidates = find_candidates(question=question.text, reader=reader)
    return signals(candidates, rank(candidates, reader)) or Signals(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
