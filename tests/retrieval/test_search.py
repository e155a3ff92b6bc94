"""What a question finds, for whom, and what is said about it."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from retrieval import services
from retrieval.models import Document
from retrieval.relevance import QuotableText, score_sentences
from retrieval.search import find_passages, warm
from retrieval.sentences import quotes_of
from retrieval.services import DocumentChanges
from retrieval.types import Reader
from tests.fakes.embeddings import HashedEmbedder
from tests.retrieval.conftest import PASSWORDS, SALARIES, VACATION, AddDocument, ReaderOf, index

QUESTION = "מהי מכסת החופשה השנתית?"
SALARY_QUESTION = "מתי מתעדכנת טבלת השכר של הבכירים?"


def titles(question: str, reader: Reader, **options: object) -> list[str]:
    found = find_passages(question=question, reader=reader, **options)  # type: ignore[arg-type]
    return [passage.document.title for passage in found.passages]


@pytest.fixture
def library(manager: User, department: Department, add_document: AddDocument) -> list[Document]:
    return [
        add_document(manager, "נוהל חופשה", VACATION, category="hr"),
        add_document(manager, "נוהל סיסמאות", PASSWORDS, category="it"),
        add_document(manager, "שכר בכירים", SALARIES, departments=(department,)),
    ]


@pytest.mark.usefixtures("library")
def test_the_passage_that_answers_comes_first_with_its_document(member: User, reader: ReaderOf) -> None:
    found = find_passages(question=QUESTION, reader=reader(member))
    best = found.passages[0]
    assert (best.document.title, best.document.category, best.text) == ("נוהל חופשה", "hr", VACATION)
    assert best.score == pytest.approx(1)
    assert best.dense is not None
    assert found.took_ms > 0


@pytest.mark.usefixtures("library")
def test_its_sentences_are_verbatim_and_scored_by_the_question(member: User, reader: ReaderOf) -> None:
    [best, *_others] = find_passages(question="מתי מגישים בקשה לחופשה?", reader=reader(member)).passages
    quota, request = best.sentences
    assert [best.text[quote.start : quote.end] for quote in best.sentences] == [quota.text, request.text]
    assert 0 <= quota.score < request.score <= 1


@pytest.mark.usefixtures("library")
def test_as_many_passages_are_found_as_asked_for(manager: User, reader: ReaderOf) -> None:
    assert len(titles("נוהל חופשה סיסמה שכר", reader(manager), limit=2)) == 2


@pytest.mark.usefixtures("library")
def test_a_category_narrows_the_search(manager: User, reader: ReaderOf) -> None:
    assert titles("נוהל", reader(manager), category="it") == ["נוהל סיסמאות"]


@pytest.mark.usefixtures("library")
def test_a_clear_answer_and_the_lack_of_one_are_told_apart(member: User, reader: ReaderOf) -> None:
    clear = find_passages(question=QUESTION, reader=reader(member)).evidence
    none = find_passages(question="כמה כוכבים בגלקסיית אנדרומדה?", reader=reader(member)).evidence
    assert clear.answerable
    assert clear.level in {"high", "medium"}
    assert (none.answerable, none.level) == (False, "none")
    assert 0 <= none.confidence < clear.confidence <= 1


def test_an_empty_library_answers_nothing(member: User, reader: ReaderOf) -> None:
    found = find_passages(question=QUESTION, reader=reader(member))
    assert (found.passages, found.evidence.answerable, found.evidence.confidence) == ((), False, 0.0)


def test_identical_passages_are_found_once(
    manager: User, add_document: AddDocument, reader: ReaderOf
) -> None:
    paragraph = f"{VACATION} " * 6
    add_document(manager, "נוהל חופשה", f"{paragraph}\n\n{PASSWORDS * 6}")
    add_document(manager, "ובו עותק", f"{paragraph}\n\n{SALARIES * 6}")
    found = find_passages(question=QUESTION, reader=reader(manager)).passages
    assert [passage.text for passage in found].count(paragraph.strip()) == 1


# -- who finds what ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("library")
def test_a_restricted_document_is_found_by_its_department_and_managers(
    manager: User, member: User, other_member: User, reader: ReaderOf
) -> None:
    assert titles(SALARY_QUESTION, reader(member))[0] == "שכר בכירים"
    assert titles(SALARY_QUESTION, reader(manager))[0] == "שכר בכירים"
    assert "שכר בכירים" not in titles(SALARY_QUESTION, reader(other_member), limit=20)


@pytest.mark.usefixtures("library")
def test_another_organization_and_operators_find_nothing(
    outsider: User, outside_manager: User, operator: User, reader: ReaderOf
) -> None:
    for person in (outsider, outside_manager, operator):
        assert titles(QUESTION, reader(person)) == []


def test_a_deleted_document_is_not_found(manager: User, library: list[Document], reader: ReaderOf) -> None:
    assert "נוהל חופשה" in titles(QUESTION, reader(manager))
    services.delete_document(actor=actor_of(manager), document_id=library[0].id)
    assert "נוהל חופשה" not in titles(QUESTION, reader(manager), limit=20)


def test_a_document_is_lost_with_its_department_at_once(
    manager: User, member: User, library: list[Document], other_department: Department, reader: ReaderOf
) -> None:
    assert "שכר בכירים" in titles(SALARY_QUESTION, reader(member))
    moved = DocumentChanges(department_ids=[other_department.pk])
    services.update_document(actor=actor_of(manager), document_id=library[2].id, changes=moved)
    assert "שכר בכירים" not in titles(SALARY_QUESTION, reader(member), limit=20)


def test_a_stale_hit_of_the_store_is_dropped(
    manager: User, member: User, library: list[Document], reader: ReaderOf
) -> None:
    assert "נוהל חופשה" in titles(QUESTION, reader(member))
    with tenant_scope(manager.organization_id):  # behind the store's back: the index keeps its version
        Document.objects.filter(id=library[0].id).update(restricted=True)
    assert "נוהל חופשה" not in titles(QUESTION, reader(member), limit=20)


def test_a_document_waiting_for_its_first_indexing_is_not_found(
    manager: User, add_document: AddDocument, reader: ReaderOf
) -> None:
    document = add_document(manager, "נוהל חופשה", VACATION, indexed=False)
    assert titles(QUESTION, reader(manager)) == []
    index(document)
    assert titles(QUESTION, reader(manager)) == ["נוהל חופשה"]


# -- sentences -----------------------------------------------------------------------------------------------


def test_sentence_scores_are_half_words_and_half_meaning() -> None:
    embedder = HashedEmbedder()
    quotes = ["מכסת החופשה היא 12 ימים.", "הסיסמה מוחלפת."]
    text = " ".join(quotes)
    [question] = embedder.embed(["מכסת החופשה"], "query")
    both = QuotableText(text, quotes_of(text), embedder.embed(quotes, "passage"))
    words_alone = QuotableText(text, quotes_of(text), None)
    assert [quote.score for quote in score_sentences("מכסת החופשה", question, [both])[0]] == [1.0, 0.0]
    assert [quote.score for quote in score_sentences("מכסת החופשה", question, [words_alone])[0]] == [1.0, 0.0]
    assert [quote.score for quote in score_sentences("עניין אחר", question, [both])[0]] == [0.5, 0.0]


@given(st.lists(st.text(max_size=30), max_size=4), st.text(max_size=30))
def test_sentence_scores_stay_between_0_and_1(texts: list[str], question: str) -> None:
    quotable = [QuotableText(text, quotes_of(text), None) for text in texts]
    for quotes in score_sentences(question, None, quotable):
        assert all(0 <= quote.score <= 1 for quote in quotes)


def test_warming_up_loads_the_model_once() -> None:
    warm()
    warm()


def test_a_long_question_is_embedded_by_its_ends(
    member: User, library: list[Document], reader: ReaderOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    embed = HashedEmbedder.embed

    def watched(self: HashedEmbedder, texts: list[str], kind: str) -> object:
        seen.extend(texts)
        return embed(self, texts, kind)  # type: ignore[arg-type]

    monkeypatch.setattr(HashedEmbedder, "embed", watched)
    titles("התחלה " + "רעש " * 900 + " סוף", reader(member))
    assert len(seen[0]) <= 1001
    assert seen[0].startswith("התחלה")
    assert seen[0].endswith("סוף")


def test_what_is_loaded_at_the_start_is_not_searched_for_garbage_again() -> None:
    try:
        warm()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
