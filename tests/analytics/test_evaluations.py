"""A manager measures the answers with the organisation's own questions, again and again."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access import actor_of
from accounts.models import AuditEntry, User
from accounts.tenancy import tenant_scope
from analytics import evaluating
from analytics.models import EvaluationQuestion, EvaluationRun
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import relay
from retrieval import services
from tests.conftest import BrowserOf

QUESTIONS = "/admin/analytics/evaluationquestion/"
RUNS = "/admin/analytics/evaluationrun/"
VACATION = "מכסת החופשה השנתית היא שנים-עשר ימים. את הבקשה לחופשה מגישים שבועיים מראש במערכת הנוכחות."
FILE = """\
שאלה,מסמך,מילים
מתי מגישים את הבקשה לחופשה?,נוהל חופשה,שבועיים מראש
מהי מכסת החופשה השנתית?,נוהל חופשה,שלושים ימים
מהו המרחק בין כדור הארץ לירח?,,
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def knowledge(manager: User) -> None:
    """Give the organisation a document that answers."""
    document = services.create_document(actor=actor_of(manager), title="נוהל חופשה", content=VACATION)
    with tenant_scope(document.organization_id):
        services.index_document(document.pk)


def upload(browser: BrowserOf, person: User, text: str | bytes = FILE) -> Any:
    content = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    file = SimpleUploadedFile("questions.csv", content)
    return browser(person).post(f"{QUESTIONS}import/", {"file": file})


def questions(person: User) -> list[EvaluationQuestion]:
    with tenant_scope(person.organization_id):
        return list(EvaluationQuestion.objects.select_related("document").order_by("created_at"))


def runs(person: User) -> list[EvaluationRun]:
    with tenant_scope(person.organization_id):
        return list(EvaluationRun.objects.order_by("created_at"))


def finish(person: User) -> EvaluationRun:
    while runs(person)[-1].state == "running":
        assert relay().failed == 0
    return runs(person)[-1]


def test_all_questions_are_asked_judged_and_shown(
    manager: User, browser: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluating, "QUESTIONS_AT_ONCE", 2)
    assert upload(browser, manager).status_code == 302
    page = browser(manager)
    page.post(f"{RUNS}start/")
    assert "0/3" in page.get(RUNS).content.decode()
    run = finish(manager)
    by_text = {one["text"]: one for one in run.results}
    assert by_text["מתי מגישים את הבקשה לחופשה?"]["right"] is True
    assert by_text["מתי מגישים את הבקשה לחופשה?"]["rank"] == 1
    assert by_text["מהי מכסת החופשה השנתית?"]["right"] is False
    assert by_text["מהו המרחק בין כדור הארץ לירח?"]["refused"] is True
    assert (run.figures["right"], run.figures["found"], run.figures["refused_unanswerable"]) == (0.5, 1, 1)
    assert (run.figures["found_first"], run.figures["found_in_five"], run.figures["reciprocal_rank"]) == (
        1,
        1,
        1,
    )
    assert run.model == "extractive"
    with tenant_scope(manager.organization_id):
        assert AuditEntry.objects.filter(action="evaluation.started", target=str(run.pk)).exists()
    detail = page.get(f"{RUNS}{run.pk}/change/").content.decode()
    assert "שבועיים מראש" in detail
    assert "(R@5)" in detail
    rows = list(csv.reader(io.StringIO(page.get(f"{RUNS}{run.pk}/file.csv").content.decode("utf-8-sig"))))
    assert [len(rows), rows[0][0]] == [4, "text"]


def test_a_question_with_words_and_no_document_is_judged_by_its_words(
    manager: User, browser: BrowserOf
) -> None:
    upload(browser, manager, "שאלה,מילים\nמתי מגישים את הבקשה לחופשה?,שבועיים\nמהי מכסת החופשה?,שלושים\n")
    browser(manager).post(f"{RUNS}start/")
    run = finish(manager)
    assert {one["text"]: one["right"] for one in run.results} == {
        "מתי מגישים את הבקשה לחופשה?": True,
        "מהי מכסת החופשה?": False,
    }
    assert (run.figures["right"], run.figures["refused_unanswerable"]) == (0.5, None)
    assert "שלושים" in browser(manager).get(f"{RUNS}{run.pk}/change/").content.decode()


def test_the_history_is_drawn_from_right_to_left(manager: User, browser: BrowserOf) -> None:
    upload(browser, manager)
    page = browser(manager)
    assert "<svg class" not in page.get(RUNS).content.decode()
    for _time in range(2):
        page.post(f"{RUNS}start/")
        finish(manager)
    shown = page.get(RUNS).content.decode()
    assert '<polyline points="592' in shown
    assert shown.count("<circle") == 8


def test_one_evaluation_at_a_time_and_none_of_nothing(manager: User, browser: BrowserOf) -> None:
    page = browser(manager)
    page.post(f"{RUNS}start/")
    assert runs(manager) == []
    upload(browser, manager)
    page.post(f"{RUNS}start/")
    page.post(f"{RUNS}start/")
    assert len(runs(manager)) == 1


def test_an_event_that_comes_twice_asks_nothing_twice(manager: User, browser: BrowserOf) -> None:
    upload(browser, manager)
    browser(manager).post(f"{RUNS}start/")
    finish(manager)
    OutboxRow.objects.filter(event="evaluation.step").update(completed_at=None, leased_until=None)
    relay()
    assert len(runs(manager)[-1].results) == 3


def test_a_run_whose_starter_is_no_manager_any_more_ends(manager: User, browser: BrowserOf) -> None:
    upload(browser, manager)
    browser(manager).post(f"{RUNS}start/")
    User.directory.filter(pk=manager.pk).update(role="member")
    run = finish(manager)
    assert (run.state, run.results) == ("complete", [])


def test_importing_again_replaces_and_adds_nothing_twice(manager: User, browser: BrowserOf) -> None:
    upload(browser, manager)
    upload(browser, manager, "question,document\nמתי מגישים את הבקשה לחופשה?,\n")
    kept = questions(manager)
    assert len(kept) == 3
    assert kept[0].document is None


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1255"])
def test_a_file_is_taken_as_a_hebrew_spreadsheet_saves_it(
    manager: User, browser: BrowserOf, separator: str, encoding: str
) -> None:
    upload(browser, manager, FILE.replace(",", separator).replace("\n", "\r\n").encode(encoding))
    kept = questions(manager)
    assert [question.text for question in kept] == [line.split(",")[0] for line in FILE.splitlines()[1:]]
    assert kept[0].words == "שבועיים מראש"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x00\xff",
        b"",
        "שם,מסמך\nא,ב\n",
        'question,document\n"unclosed,\n',
        "question,document\nמתי?,מסמך שאינו\n",
        "question,document\n,נוהל חופשה\n",
        "question\n" + "א" * 1001,
        "question\n" + "\n".join(f"שאלה {number}?" for number in range(501)),
        b"question\n" + b"x" * 1_000_001,
    ],
    ids=["binary", "empty", "no column", "quote", "unknown", "no question", "long", "many", "large"],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(
    manager: User, browser: BrowserOf, content: str | bytes
) -> None:
    assert upload(browser, manager, content).status_code == 200
    assert questions(manager) == []


def test_a_document_of_another_organization_cannot_be_named(
    manager: User, outside_manager: User, browser: BrowserOf
) -> None:
    assert upload(browser, outside_manager).status_code == 200
    assert questions(outside_manager) == []
    upload(browser, manager)
    foreign = questions(manager)[0].document_id
    answer = browser(outside_manager).post(f"{QUESTIONS}add/", {"text": "מתי?", "document": str(foreign)})
    assert answer.status_code == 200
    assert questions(outside_manager) == []
