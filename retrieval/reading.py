"""Reading collections of documents and of questions from files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.kernel.errors import DomainError
from retrieval.errors import DocumentEmptyError
from retrieval.extract.plain import read_markdown, read_text
from retrieval.follow_ups import standalone
from retrieval.front_matter import listed, split_front_matter
from retrieval.importing import ImportedDocument

FILE_TYPES = {".md", ".markdown", ".txt"}


class UnreadableFileError(Exception):
    """A file does not hold what it should; the words say where and what is missing."""


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with the external ids of the documents that answer it.

    `text` is the question as it is searched: together with those before it, where it goes on from them.
    `words` are what a whole answer must hold, where answers are judged. Without documents and words it is one
    that nothing answers.
    """

    id: str
    text: str
    gold: frozenset[str]
    tag: str
    words: tuple[str, ...] = ()

    @property
    def is_answerable(self) -> bool:
        return bool(self.gold or self.words)


def read_documents(path: Path) -> list[ImportedDocument]:
    """Return the documents of a file of JSON lines `{id, title, text, domain | category}`."""
    return [
        ImportedDocument(
            external_id=_text(row, "id", where),
            title=_text(row, "title", where),
            text=_text(row, "text", where),
            category=str(row.get("category") or row.get("domain") or ""),
        )
        for where, row in _rows(path)
    ]


def read_questions(path: Path) -> list[JudgedQuestion]:
    """Return the questions of a file of JSON lines `{id, question, gold: [id], tag, earlier?: [text],
    words?: [text]}`.
    """
    return [
        JudgedQuestion(
            id=str(row.get("id") or where),
            text=standalone(_text(row, "question", where), [*map(str, row.get("earlier") or ())]),
            gold=frozenset(map(str, row.get("gold") or ())),
            tag=str(row.get("tag") or "untagged"),
            words=tuple(map(str, row.get("words") or ())),
        )
        for where, row in _rows(path)
    ]


def documents_of_folder(folder: Path) -> list[ImportedDocument]:
    """Return the documents of `read_folder`; raise UnreadableFileError for the first file that is none."""
    documents = []
    for found in read_folder(folder):
        if isinstance(found, UnreadableFileError):
            raise found
        documents.append(found)
    return documents


def read_folder(folder: Path) -> Iterator[ImportedDocument | UnreadableFileError]:
    """Yield a document for each text and Markdown file below the folder, or why a file cannot be one.

    A file may begin with front matter: id, title, category, departments. Without an id its path is the id.
    """
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in FILE_TYPES):
        name = path.relative_to(folder).as_posix()
        try:
            yield _document(path, name)
        except DomainError as refusal:
            yield UnreadableFileError(f"{name}: {refusal.message}")


def _document(path: Path, name: str) -> ImportedDocument:
    found = read_text(path.read_bytes())
    keys, body = split_front_matter(found.text)
    whole = read_markdown(body.encode())
    if not any(character.isalnum() for character in whole.text):
        raise DocumentEmptyError
    return ImportedDocument(
        external_id=keys.get("id") or name,
        title=keys.get("title") or whole.title or path.stem,
        text=whole.text,
        category=keys.get("category", ""),
        departments=tuple(listed(keys.get("departments") or keys.get("department") or "")),
    )


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield `file:line` and the object of every line that is not empty."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"{path.name}: {error}") from None
    for number, line in enumerate(lines, start=1):
        where = f"{path.name}:{number}"
        if line.strip():
            yield where, _object(line, where)


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        raise UnreadableFileError(f"{where}: this line is not JSON") from None
    if not isinstance(row, dict):
        raise UnreadableFileError(f"{where}: this line is not a JSON object")
    return row


def _text(row: dict[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str | int) or not str(value).strip():
        raise UnreadableFileError(f"{where}: {key!r} is missing")
    return str(value)
