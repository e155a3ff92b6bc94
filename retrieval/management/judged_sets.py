"""Sets of questions over corpora of their own, as the measuring commands take them."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from retrieval.management.progress import import_all
from retrieval.management.tables import ensure_tables
from retrieval.management.throw_away import throw_away_organization
from retrieval.reading import JudgedQuestion, UnreadableFileError, read_documents, read_questions
from retrieval.types import Reader


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A corpus that is indexed, somebody who may read it, and questions over it."""

    name: str
    reader: Reader
    questions: tuple[JudgedQuestion, ...]


def add_sets(parser: ArgumentParser) -> None:
    """Let the command be given any number of `--set CORPUS QUESTIONS [QUESTIONS …]`."""
    parser.add_argument(
        "--set",
        type=Path,
        required=True,
        nargs="+",
        action="append",
        dest="sets",
        metavar="FILE",
        help="a corpus and the questions over it; may be given several times",
    )


@contextmanager
def indexed(files: Sequence[Path], out: OutputWrapper) -> Iterator[JudgedSet]:
    """Index the corpus in a throw-away organisation and open its scope; raise CommandError for bad files."""
    corpus, *asked = files
    if not asked:
        raise CommandError(f"--set {corpus}: the questions are missing")
    try:
        documents = read_documents(corpus)
        questions = tuple(question for path in asked for question in read_questions(path))
    except UnreadableFileError as error:
        raise CommandError(str(error)) from None
    ensure_tables()
    with throw_away_organization() as reader:
        import_all(documents, out)
        yield JudgedSet(" + ".join(path.stem for path in asked), reader, questions)
