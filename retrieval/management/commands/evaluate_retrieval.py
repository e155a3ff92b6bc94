"""Measure the search on questions whose answers are known."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from retrieval import embeddings, evaluation
from retrieval.baseline import compared, judge_by_raw_words
from retrieval.management.progress import import_all
from retrieval.management.tables import ensure_tables
from retrieval.management.throw_away import throw_away_organization
from retrieval.reading import UnreadableFileError, read_documents, read_questions
from retrieval.vectors import get_store


class Command(BaseCommand):
    help = (
        "Measure the search: R@1, R@5, MRR and refusals, by tag and beside raw BM25, over a corpus in a "
        "throw-away organisation."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--corpus", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--questions", type=Path, required=True, nargs="+", action="extend", metavar="FILE"
        )
        parser.add_argument(
            "--json", type=Path, dest="report", metavar="FILE", help="write the figures and every question"
        )

    @override
    def handle(
        self, *args: Any, corpus: Path, questions: list[Path], report: Path | None, **options: Any
    ) -> None:
        try:
            documents = read_documents(corpus)
            asked = [question for path in questions for question in read_questions(path)]
        except UnreadableFileError as error:
            raise CommandError(str(error)) from None
        ensure_tables()
        began = time.monotonic()
        with throw_away_organization() as reader:
            import_all(documents, self.stdout)
            indexed = time.monotonic()
            judged = evaluation.judge(asked, reader, self._progress(len(asked)))
        store, name = get_store().name, embeddings.name()
        self.stdout.write(
            f"\nstore {store}, embedder {name}; {len(documents)} documents indexed in "
            f"{indexed - began:.1f} s, {len(asked)} questions asked in {time.monotonic() - indexed:.1f} s\n\n"
        )
        self.stdout.write(evaluation.table(judged))
        self.stdout.write(f"\n{compared(judge_by_raw_words(documents, asked), judged)}")
        if report is not None:
            about = {"store": store, "embedder": name, "documents": len(documents)}
            _write(report, about | evaluation.as_json(judged))

    def _progress(self, total: int) -> Any:
        def show(number: int) -> None:
            if number == total or number % max(1, total // 5) == 0:
                self.stdout.write(f"asked {number} of {total} questions")

        return show


def _write(path: Path, figures: dict[str, object]) -> None:
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
