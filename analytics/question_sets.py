"""An organisation's own questions for evaluations, read from a file: CSV, as a spreadsheet saves it, parted
by commas, semicolons or tabs, in UTF-8 or windows-1255.

The columns are `question`, `document` (its title or external id) and `words` (parted by |), in any order,
named in English or Hebrew. Without document and words it is a question that nothing answers.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import QUESTION_LENGTH, WORDS_LENGTH, EvaluationQuestion
from config.kernel.errors import InvalidInputError
from config.kernel.text import clean_text
from retrieval.access import reader_of
from retrieval.selectors import documents

MOST_QUESTIONS = 500
LARGEST_FILE = 1_000_000
_DELIMITERS = ",;\t"
_COLUMNS = {
    "question": "question",
    "שאלה": "question",
    "document": "document",
    "מסמך": "document",
    "words": "words",
    "מילים": "words",
}


class UnreadableQuestionsError(InvalidInputError):
    code = "unreadable_questions"
    message = _("The file must be CSV with the columns question, document and words.")


class UnknownDocumentError(InvalidInputError):
    code = "unknown_document"
    message = _("Line {line} names a document that is not there, or several of that name: {name}")


class TooManyQuestionsError(InvalidInputError):
    code = "too_many_questions"
    message = _("At most 500 questions can be kept.")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    question: str
    document: str
    words: str


def import_questions(*, actor: Actor, content: bytes) -> int:
    """Keep the questions of a file, in place of those with the same words; return how many it has.

    All of them or none. Raises PermissionDeniedError, UnreadableQuestionsError, UnknownDocumentError,
    TooManyQuestionsError and the errors of `clean_text`.
    """
    require_manager(actor)
    lines = list(_lines(content))
    with tenant_scope(actor.organization_id), transaction.atomic():
        by_name = _documents(actor)
        for line in lines:
            EvaluationQuestion.objects.update_or_create(
                text=clean_text(line.question, max_length=QUESTION_LENGTH, field="question"),
                defaults={
                    "organization_id": actor.organization_id,
                    "document_id": _named(line, by_name),
                    "words": _words(line.words),
                },
            )
        if EvaluationQuestion.objects.count() > MOST_QUESTIONS:
            raise TooManyQuestionsError
    return len(lines)


def _lines(content: bytes) -> Iterable[_Line]:
    if len(content) > LARGEST_FILE:
        raise TooManyQuestionsError
    try:
        text = _decoded(content)
        delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
        rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        heading = [_COLUMNS.get(name.strip().lower(), "") for name in next(rows, [])]
        if "question" not in heading:
            raise UnreadableQuestionsError
        for number, row in enumerate(rows, start=2):
            cells = dict(zip(heading, map(str.strip, row), strict=False))
            if any(cells.values()):
                yield _Line(
                    number, cells.get("question", ""), cells.get("document", ""), cells.get("words", "")
                )
    except (UnicodeDecodeError, csv.Error):
        raise UnreadableQuestionsError from None


def _decoded(content: bytes) -> str:
    """Return what the file says; raise UnicodeDecodeError where neither of the two is its encoding."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1255")  # how Excel saves CSV in a Hebrew Windows


def _documents(actor: Actor) -> dict[str, set[UUID]]:
    by_name: dict[str, set[UUID]] = {}
    rows = documents(reader_of(actor)).values_list("id", "title", "external_id")
    for id_, title, external_id in rows:
        for name in filter(None, (title.strip(), external_id)):
            by_name.setdefault(name, set()).add(id_)
    return by_name


def _named(line: _Line, by_name: dict[str, set[UUID]]) -> UUID | None:
    if not line.document:
        return None
    found = by_name.get(line.document, set())
    if len(found) != 1:
        raise UnknownDocumentError(details={"line": line.number, "name": line.document[:100]})
    return next(iter(found))


def _words(cell: str) -> str:
    words = [word.strip() for word in cell.split("|") if word.strip()]
    return clean_text("\n".join(words), max_length=WORDS_LENGTH, field="words") if words else ""
