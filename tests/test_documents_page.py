"""What docs/documents.md says of files, statuses, refusals and commands is what the product does."""

import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class

from retrieval.errors import _STORED
from retrieval.extract.kinds import SUFFIXES
from retrieval.models import Document

PAGE = (Path(__file__).parents[1] / "docs" / "documents.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line.removeprefix("manage.py "))
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


def names_below(header: str) -> list[str]:
    """Return the code words in the first column of the table with this header, in order."""
    rows = PAGE.split(f"| {header} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_the_page_lists_the_files_that_can_be_read() -> None:
    assert sorted(names_below("file")) == sorted(SUFFIXES)


def test_the_page_lists_every_status() -> None:
    assert names_below("status") == list(Document.Status.values)


def test_the_page_lists_every_reason_for_which_a_document_is_not_found() -> None:
    assert names_below("code") == [refusal.code for refusal in _STORED]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_takes_what_it_is_given(words: list[str]) -> None:
    command, *arguments = words
    load_command_class(get_commands()[command], command).create_parser("manage.py", command).parse_args(
        arguments
    )


@pytest.mark.django_db
def test_the_commands_run(tmp_path: Path) -> None:
    folder, lines = tmp_path / "folder", tmp_path / "lines.jsonl"
    folder.mkdir()
    (folder / "leave.md").write_text("# חופשה\n\nמכסת החופשה היא 21 ימים.", encoding="utf-8")
    lines.write_text('{"id": "a", "title": "סיסמה", "text": "הסיסמה מוחלפת כל 90 יום."}', encoding="utf-8")
    given = {"demo/documents": str(folder), "FILE.jsonl": str(lines), "NAME": "ארגון"}
    said = StringIO()
    for command, *arguments in COMMANDS:
        call_command(command, *(given.get(word, word) for word in arguments), stdout=said)
    assert "0 documents wait" in said.getvalue()
    assert "0 documents embedded, 0 left" in said.getvalue()
