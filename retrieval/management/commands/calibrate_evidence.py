"""Fit the weights by which the search tells an answer from the lack of one; once for every embedder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from retrieval import embeddings
from retrieval.calibration import calibrate
from retrieval.evidence import Signals
from retrieval.management.progress import import_all
from retrieval.management.throw_away import throw_away_organization
from retrieval.reading import JudgedQuestion, UnreadableFileError, read_documents, read_questions
from retrieval.search import find_candidates, read_signals
from retrieval.types import Reader


class Command(BaseCommand):
    help = "Print a calibration of the evidence for the embedder in use, from questions with known answers."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--corpus", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--questions", type=Path, required=True, nargs="+", action="extend", metavar="FILE"
        )
        parser.add_argument(
            "--keep", type=float, default=0.93, help="share of answerable questions to answer"
        )

    @override
    def handle(self, *args: Any, corpus: Path, questions: list[Path], keep: float, **options: Any) -> None:
        try:
            documents = read_documents(corpus)
            asked = [question for path in questions for question in read_questions(path)]
        except UnreadableFileError as error:
            raise CommandError(str(error)) from None
        with throw_away_organization() as reader:
            import_all(documents, self.stdout, with_sentences=False)
            signals = [_signals(question, reader) for question in asked]
        calibration, quality = calibrate(signals, [bool(question.gold) for question in asked], keep=keep)
        weights = ", ".join(f"{weight:.4g}" for weight in calibration.weights)
        self.stdout.write(
            f"\n{embeddings.name()!r}: "
            f"Calibration(({weights}), {calibration.bias:.4g}, {calibration.answer_from:.4g}),\n"
            f"on unseen questions: AUROC {quality.auroc:.3f}, "
            f"answered {quality.kept:.1%} of the answerable, refused {quality.refused:.1%} of the others"
        )


def _signals(question: JudgedQuestion, reader: Reader) -> Signals:
    found = read_signals(find_candidates(question=question.text, reader=reader), reader)
    return found or Signals(0.0, 0.0, 0.0, 0.0)
