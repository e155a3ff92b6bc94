"""Measure whole answers on questions of which is known what an answer must say."""

import asyncio
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from chatbot import evaluation
from chatbot.llm import build_model
from retrieval.management.progress import import_all
from retrieval.management.tables import ensure_tables
from retrieval.management.throw_away import throw_away_organization
from retrieval.reading import UnreadableFileError, documents_of_folder, read_documents, read_questions
from retrieval.selectors import external_ids


class Command(BaseCommand):
    help = (
        "Measure answers: right, refused, sure and wrong, by tag, over a folder in a throw-away organisation."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        documents = parser.add_mutually_exclusive_group(required=True)
        documents.add_argument("--folder", type=Path, metavar="DIR")
        documents.add_argument("--corpus", type=Path, metavar="FILE", help="documents as JSON lines")
        parser.add_argument("--questions", type=Path, required=True, nargs="+", metavar="FILE")
        parser.add_argument(
            "--reliability", action="store_true", help="print how often answers of each confidence are right"
        )
        parser.add_argument("--show", action="store_true", help="print the answers that are not right")

    @override
    def handle(self, *args: Any, questions: list[Path] | Path, show: bool, **options: Any) -> None:
        folder, corpus = options["folder"], options.get("corpus")
        files = [questions] if isinstance(questions, Path) else questions
        try:
            documents = read_documents(corpus) if corpus else documents_of_folder(folder)
            asked = [question for file in files for question in read_questions(file)]
        except UnreadableFileError as error:
            raise CommandError(str(error)) from None
        ensure_tables()
        began = time.monotonic()
        with throw_away_organization() as reader:
            import_all(documents, self.stdout)
            indexed = time.monotonic()
            judging = evaluation.judge_answers(
                asked, reader, build_model(), owners=external_ids(), progress=self._progress(len(asked))
            )
            judged = asyncio.run(judging)
        self.stdout.write(
            f"\n{len(documents)} documents indexed in {indexed - began:.1f} s, {len(asked)} questions "
            f"answered in {time.monotonic() - indexed:.1f} s\n\n{evaluation.table(judged)}"
        )
        if options.get("reliability"):
            self.stdout.write(f"\n{evaluation.reliability_table(judged)}")
        if show:
            self._show(judged)

    def _progress(self, total: int) -> Any:
        def tell(number: int) -> None:
            if number == total or number % max(1, total // 5) == 0:
                self.stdout.write(f"answered {number} of {total} questions")

        return tell

    def _show(self, judged: list[evaluation.JudgedAnswer]) -> None:
        for one in judged:
            if not (one.is_right if one.question.is_answerable else one.refused):
                state = "refused" if one.refused else one.level
                self.stdout.write(f"\n{one.question.id} ({state}): {one.question.text}\n{one.text}")
