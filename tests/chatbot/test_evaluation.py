"""Measuring whole answers from the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True)
QUESTIONS = [
    {"question": "כמה ימי חופשה אחרי שנתיים?", "gold": ["leave"], "words": ["1–3 | 15"], "tag": "table"},
    {"question": "כמה ימי חופשה אחרי חמש שנים?", "gold": ["leave"], "words": ["אין כזה"], "tag": "table"},
    {"question": "כמה כוכבים בגלקסיית אנדרומדה?", "gold": [], "tag": "unanswerable"},
]
LEAVE = (
    "---\nid: leave\n---\n# נוהל חופשה\n\n| ותק בשנים | ימי חופשה |\n|---|---|\n| 1–3 | 15 |\n| 4–6 | 18 |\n"
)


def evaluate(folder: Path, *options: str) -> str:
    questions = folder.parent / "questions.jsonl"
    questions.write_text("\n".join(json.dumps(row) for row in QUESTIONS), encoding="utf-8")
    out = StringIO()
    call_command("evaluate_answers", *options, folder=folder, questions=questions, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "leave.md").write_text(LEAVE, encoding="utf-8")
    return documents


def test_the_shares_of_right_and_refused_answers_are_told_by_tag(folder: Path) -> None:
    said = evaluate(folder)
    assert "| table | 2 | 0.500 | 0.000 | – |" in said
    assert "| unanswerable | 1 | – | – | 1.000 | 0.000 |" in said
    assert "אנדרומדה" not in said


def test_answers_that_are_not_right_are_shown_on_request(folder: Path) -> None:
    said = evaluate(folder, "--show")
    assert "חמש שנים" in said
    assert "אחרי שנתיים" not in said


def test_a_folder_with_an_unreadable_file_is_not_measured(folder: Path) -> None:
    (folder / "broken.txt").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(CommandError, match=r"broken\.txt"):
        evaluate(folder)
