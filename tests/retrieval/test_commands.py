"""Loading and measuring from the command line."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Department, Organization
from accounts.tenancy import tenant_scope
from retrieval.ablation import STEPS, worths
from retrieval.baseline import compared, judge_by_raw_words
from retrieval.evaluation import Judged, figures, table
from retrieval.importing import ImportedDocument
from retrieval.models import Document, Passage
from retrieval.reading import JudgedQuestion
from tests.retrieval.conftest import PASSWORDS, SALARIES, VACATION

pytestmark = pytest.mark.django_db
CORPUS = [
    {"id": "hr01", "domain": "hr", "title": "נוהל חופשה", "text": VACATION},
    {"id": "it01", "category": "it", "title": "נוהל סיסמאות", "text": PASSWORDS},
]
QUESTIONS = [
    {"id": "1", "question": "מהי מכסת החופשה השנתית?", "gold": ["hr01"], "tag": "plural"},
    {"id": "2", "question": "למי מוסרים סיסמה?", "gold": ["it01", "absent"], "tag": "prefix"},
    {"id": "3", "question": "כמה כוכבים בגלקסיית אנדרומדה?", "gold": [], "tag": "unanswerable"},
]


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return lines(tmp_path / "corpus.jsonl", CORPUS)


def run(command: str, *args: object, **options: object) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=out, **options)
    return out.getvalue()


def documents(organization: str) -> list[Document]:
    with tenant_scope(Organization.objects.get(name=organization).pk):
        return list(Document.objects.order_by("external_id"))


# -- load_documents ------------------------------------------------------------------------------------------


def test_a_collection_is_loaded_into_a_new_organization_and_indexed(corpus: Path) -> None:
    assert "אופק: 2 added" in run("load_documents", corpus, organization="אופק")
    first, second = documents("אופק")
    assert (first.external_id, first.title, first.category) == ("hr01", "נוהל חופשה", "hr")
    assert (second.category, second.status) == ("it", "indexed")


def test_loading_again_changes_what_changed_and_nothing_else(
    corpus: Path, organization: Organization
) -> None:
    run("load_documents", corpus, organization=organization.name)
    before = documents(organization.name)
    assert "2 unchanged" in run("load_documents", corpus, organization=organization.name)
    lines(corpus, [CORPUS[0] | {"text": SALARIES}, CORPUS[1]])
    assert "1 changed, 1 unchanged" in run("load_documents", corpus, organization=organization.name)
    after = documents(organization.name)
    assert [document.id for document in after] == [document.id for document in before]
    assert after[0].content == SALARIES
    with tenant_scope(organization.pk):
        assert [passage.text for passage in Passage.objects.filter(document=after[0])] == [SALARIES]


def test_an_interrupted_load_is_finished_by_the_next(corpus: Path, organization: Organization) -> None:
    run("load_documents", corpus, organization=organization.name)
    with tenant_scope(organization.pk):
        Document.objects.filter(external_id="hr01").update(indexed_version=None, status="indexing")
    run("load_documents", corpus, organization=organization.name)
    assert {document.status for document in documents(organization.name)} == {"indexed"}


def test_an_empty_text_is_reported_and_the_rest_is_loaded(tmp_path: Path, organization: Organization) -> None:
    path = lines(tmp_path / "corpus.jsonl", [CORPUS[0] | {"text": " --- "}, CORPUS[1]])
    assert "1 added, 1 rejected" in run("load_documents", path, organization=organization.name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id": "1", "title": "א"}', "bad.jsonl:1: 'text' is missing"),
        ('\n{"id": "1",', "bad.jsonl:2: this line is not JSON"),
        ("[1]", "bad.jsonl:1: this line is not a JSON object"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_loaded(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        run("load_documents", path, organization="חדש")
    assert not Organization.objects.filter(name="חדש").exists()


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="absent"):
        run("load_documents", tmp_path / "absent.jsonl", organization="חדש")


# -- load_folder ---------------------------------------------------------------------------------------------


def test_a_folder_is_loaded_with_what_its_files_say_of_themselves(
    tmp_path: Path, organization: Organization
) -> None:
    head = "---\nid: fin-7\ntitle: שכר בכירים\ncategory: finance\ndepartments: כספים, הנהלה\n---\n"
    (tmp_path / "salaries.md").write_text(head + SALARIES, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "vacation.md").write_text(f"# נוהל חופשה\n\n{VACATION}", encoding="utf-8")
    (tmp_path / "passwords.txt").write_text(PASSWORDS, encoding="cp1255")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.txt").write_bytes(b"\x00" * 99 + b"\x01")
    said = run("load_folder", tmp_path, organization=organization.name)
    assert "broken.txt" in said
    assert "3 added" in said
    assert [(document.external_id, document.title) for document in documents(organization.name)] == [
        ("fin-7", "שכר בכירים"),
        ("passwords.txt", "passwords"),
        ("sub/vacation.md", "נוהל חופשה"),
    ]
    with tenant_scope(organization.pk):
        restricted = Document.objects.get(external_id="fin-7")
        assert restricted.restricted
        assert {department.name for department in restricted.departments.all()} == {"כספים", "הנהלה"}
    assert "3 unchanged" in run("load_folder", tmp_path, organization=organization.name)


def test_a_department_of_a_folder_may_exist_already(tmp_path: Path, department: Department) -> None:
    (tmp_path / "a.md").write_text(f"---\ndepartments: {department.name}\n---\n{VACATION}", encoding="utf-8")
    run("load_folder", tmp_path, organization=department.organization.name)
    with tenant_scope(department.organization_id):
        assert Document.objects.get().departments.get() == department


def test_what_is_no_folder_is_an_error(corpus: Path) -> None:
    with pytest.raises(CommandError, match="not a folder"):
        run("load_folder", corpus, organization="חדש")


# -- evaluate_retrieval --------------------------------------------------------------------------------------


def test_evaluation_prints_the_figures_in_all_and_by_tag_and_leaves_nothing(
    corpus: Path, tmp_path: Path
) -> None:
    questions = lines(tmp_path / "questions.jsonl", QUESTIONS)
    report = tmp_path / "report.json"
    said = run("evaluate_retrieval", corpus=corpus, questions=[questions], report=report)
    assert "| all | 3 | 1.000 | 1.000 | 1.000 |" in said
    assert "| prefix | 1 | 1.000 |" in said
    assert "| prefix | 1 | 1.00 / 1.00 / 1.00 | 1.00 / 1.00 / 1.00 |" in said
    figures_in_json = json.loads(report.read_text(encoding="utf-8"))
    assert figures_in_json["total"]["r_at_1"] == 1
    assert [question["rank"] for question in figures_in_json["questions"]] == [1, 1, None]
    assert not Organization.objects.exists()


def test_several_files_of_questions_are_asked_as_one(corpus: Path, tmp_path: Path) -> None:
    files = [lines(tmp_path / f"{number}.jsonl", [row]) for number, row in enumerate(QUESTIONS)]
    assert "| all | 3 |" in run("evaluate_retrieval", corpus=corpus, questions=files)


def test_the_throw_away_organization_goes_even_when_the_evaluation_fails(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = lines(tmp_path / "questions.jsonl", QUESTIONS)

    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("retrieval.evaluation.judge", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run("evaluate_retrieval", corpus=corpus, questions=[questions])
    assert not Organization.objects.exists()


def test_figures_count_what_they_say() -> None:
    judged = [
        Judged("1", "a", answerable=True, rank=1, refused=False, confidence=0.9),
        Judged("2", "a", answerable=True, rank=6, refused=True, confidence=0.1),
        Judged("3", "b", answerable=True, rank=None, refused=False, confidence=0.5),
        Judged("4", "c", answerable=False, rank=None, refused=True, confidence=0.1),
    ]
    found = figures(judged)
    assert (found.questions, found.answerable, found.r_at_1, found.r_at_5) == (4, 3, 0.3333, 0.3333)
    assert found.mrr == pytest.approx((1 + 1 / 6) / 3, abs=1e-4)
    assert (found.refused_answerable, found.refused_unanswerable) == (0.3333, 1.0)
    assert "| c | 1 | – | – | – | – | 1.000 |" in table(judged)


def test_a_kind_of_question_that_raw_words_find_better_is_marked() -> None:
    documents = [ImportedDocument("a", "נוהל", "חופשה ארוכה"), ImportedDocument("b", "חופשה", "חופשה")]
    questions = [
        JudgedQuestion("1", "חופשה", frozenset("b"), "word"),
        JudgedQuestion("2", "x", frozenset("a"), "none"),
    ]
    raw = judge_by_raw_words(documents, questions)
    assert [one.rank for one in raw] == [1, None]
    said = compared(raw, [replace(one, rank=2) for one in raw])
    assert "| word | 1 | 1.00 / 1.00 / 1.00 | 0.00 / 1.00 / 0.50 **below** |" in said
    assert "| none | 1 | 0.00 / 0.00 / 0.00 | 0.00 / 1.00 / 0.50 |" in said


def test_a_calibration_is_printed_ready_to_be_written_down(corpus: Path, tmp_path: Path) -> None:
    rows = QUESTIONS + [row | {"id": f"{row['id']}-again"} for row in QUESTIONS]
    questions = lines(tmp_path / "questions.jsonl", rows)
    said = run("calibrate_evidence", "--set", corpus, questions)
    assert "'hashed': Calibration((" in said
    assert "AUROC" in said
    english = [
        QUESTIONS[0] | {"question": "How many vacation days?"},
        QUESTIONS[2] | {"question": "How many stars are there in the Andromeda galaxy?"},
    ]
    twice = english + [row | {"id": f"{row['id']}-again"} for row in english]
    other = lines(tmp_path / "english.jsonl", twice)
    said = run("calibrate_evidence", "--set", corpus, questions, "--other-language", corpus, other)
    assert "in another language: AUROC" in said
    with pytest.raises(CommandError, match="with an answer and without"):
        run("calibrate_evidence", "--set", corpus, questions, "--other-language", corpus, questions)


def test_weights_of_the_ranking_are_printed_ready_to_be_written_down(corpus: Path, tmp_path: Path) -> None:
    questions = lines(tmp_path / "questions.jsonl", QUESTIONS)
    said = run("calibrate_ranking", "--set", corpus, questions, "--set", corpus, questions)
    assert "'hashed': Features(" in said


def test_the_steps_of_the_search_are_measured_one_by_one(corpus: Path, tmp_path: Path) -> None:
    questions = lines(tmp_path / "questions.jsonl", QUESTIONS)
    said = run("ablate_retrieval", "--set", corpus, questions)
    for step in STEPS:
        assert f"| {step.name} |" in said


def test_a_set_without_questions_is_refused(corpus: Path) -> None:
    with pytest.raises(CommandError, match="the questions are missing"):
        run("ablate_retrieval", "--set", corpus)


def test_a_step_that_puts_the_answer_first_has_gained() -> None:
    ranks = [[2] * 40] * (len(STEPS) - 1) + [[1] * 40]
    last = worths(ranks)[-1]
    assert (last.r_at_1, last.mrr, last.gain, last.low) == (1.0, 1.0, 0.5, 0.5)
    assert worths(ranks)[1].gain == 0.0
