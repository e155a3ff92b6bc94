"""Who is told of what, and how the page shows it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import User
from accounts.services import organizations
from accounts.services.members import MemberChange, change_member
from accounts.services.registration import NewAccount, register
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Choices, Role
from analytics.gaps.deciding import Decision, decide
from analytics.models import Mailing, Notification, NotificationKind
from analytics.notifications import choosing, reading, telling
from analytics.notifications.choosing import Choice
from chatbot.referring import refer
from conversations import referring, services
from conversations.supervision import begin_reading
from conversations.types import Closing, MessageStatus, Turn
from retrieval.services import Upload, create_document
from tests.analytics.noticing import assign, carry_out, told
from tests.conftest import ApiClientOf, BrowserOf

pytestmark = pytest.mark.django_db

Kind = NotificationKind
QUESTION = "מי מאשר נסיעות לחו״ל?"


def refused(actor: Actor) -> Turn:
    turn = services.open_turn(actor=actor, text=QUESTION, lease_owner="tests")
    services.close_turn(turn=turn, closing=Closing(status=MessageStatus.REFUSED, text="אין תשובה."))
    return turn


# -- who is told ---------------------------------------------------------------------------------------------


def test_who_is_made_responsible_for_a_gap_is_told(manager: User, colleague: User) -> None:
    assign(manager, colleague)
    assert told(colleague) == [(Kind.GAP_ASSIGNED, "נסיעות לחו״ל")]
    assert told(manager) == []


def test_nobody_is_told_of_what_they_did_themselves(manager: User) -> None:
    assign(manager, manager)
    assert told(manager) == []


def test_managers_are_told_of_a_question_and_its_asker_of_the_answer(manager: User, member: User) -> None:
    referred, _is_new = refer(actor=actor_of(member), answer_id=refused(actor_of(member)).answer_id)
    carry_out()
    assert (Kind.QUESTION_REFERRED, QUESTION) in told(manager)
    assert told(member) == []
    referring.set_answered(actor=actor_of(manager), referral_ids=[referred.id], answered=True)
    carry_out()
    assert told(member) == [(Kind.QUESTION_ANSWERED, QUESTION)]


def test_managers_are_told_who_waits_to_be_let_in(manager: User, member: User) -> None:
    newcomer = NewAccount("uri", "uri@example.test", "Tapuach-42-Etz", display_name="אורי כהן")
    register(account=newcomer, organization=manager.organization.name)
    carry_out()
    assert told(manager) == [(Kind.ACCOUNT_WAITING, "אורי כהן")]
    assert told(member) == []


def test_a_person_is_told_that_somebody_reads_a_conversation_of_theirs(manager: User, member: User) -> None:
    turn = refused(actor_of(member))
    organizations.choose(actor=actor_of(manager), choices=Choices(allows_reading=True))
    begin_reading(
        actor=actor_of(manager),
        person_id=member.pk,
        conversation_id=turn.conversation_id,
        reason="בדיקה לבקשת העובדת",
    )
    carry_out()
    assert told(member) == [(Kind.CONVERSATION_READ, "")]


def test_who_added_a_document_is_told_that_it_could_not_be_read(manager: User, colleague: User) -> None:
    create_document(actor=actor_of(manager), content=Upload("נוהל.pdf", b"%PDF-1.4 broken"))
    carry_out()
    assert told(manager) == [(Kind.DOCUMENT_FAILED, "נוהל")]
    assert told(colleague) == []


def test_the_same_event_twice_is_told_once(manager: User, colleague: User) -> None:
    gap = assign(manager, colleague)
    decide(actor=actor_of(manager), gap_id=gap.pk, decision=Decision("open", None))
    decide(actor=actor_of(manager), gap_id=gap.pk, decision=Decision("open", colleague.pk))
    carry_out()
    assert len(told(colleague)) == 1


def test_who_is_no_manager_any_more_reads_nothing_that_managers_are_told(
    manager: User, colleague: User
) -> None:
    assign(manager, colleague)
    change_member(actor=actor_of(manager), member_id=colleague.pk, change=MemberChange(role=Role.MEMBER))
    colleague.refresh_from_db()
    assert told(colleague) == []
    assert reading.unread_count(actor=actor_of(colleague)) == 0


def test_what_is_long_past_is_forgotten(manager: User, colleague: User) -> None:
    assign(manager, colleague)
    with tenant_scope(manager.organization_id):
        Notification.objects.update(created_at=now() - telling.KEPT - timedelta(days=1))
    assert telling.forget_old() == 1
    assert told(colleague) == []


# -- in the page ---------------------------------------------------------------------------------------------


def test_the_bell_counts_what_is_unread_and_opening_it_leads_on(
    manager: User, colleague: User, browser: BrowserOf
) -> None:
    gap = assign(manager, colleague)
    page = browser(colleague)
    assert "התראות, אחת שלא נקראה" in page.get("/").content.decode()
    assert "התראות, אחת שלא נקראה" in page.get("/admin/").content.decode()
    with tenant_scope(manager.organization_id):
        row = Notification.objects.get()
    opened = page.get(reverse("notification", args=[row.pk]))
    assert opened.headers["Location"] == reverse("admin:analytics_knowledgegap_change", args=[gap.pk])
    assert "שלא נקראה" not in page.get("/admin/").content.decode()


def test_of_what_is_gone_the_list_says_so(manager: User, colleague: User, browser: BrowserOf) -> None:
    gap = assign(manager, colleague)
    with tenant_scope(manager.organization_id):
        row = Notification.objects.get()
        gap.delete()
    page = browser(colleague)
    assert "כבר לא קיים" in page.get(reverse("notifications")).content.decode()
    opened = page.get(reverse("notification", args=[row.pk]))
    assert opened.headers["Location"] == reverse("notifications")


def test_nobody_opens_the_notifications_of_others(
    manager: User, colleague: User, outside_manager: User, browser: BrowserOf
) -> None:
    assign(manager, colleague)
    with tenant_scope(manager.organization_id):
        address = reverse("notification", args=[Notification.objects.get().pk])
    for stranger in (manager, outside_manager):
        assert browser(stranger).get(address).status_code == 404


def test_programs_list_read_and_choose(manager: User, colleague: User, api: ApiClientOf) -> None:
    assign(manager, colleague)
    program = api(colleague)
    (line,) = program.get("/api/v1/notifications").json()["results"]
    assert (line["kind"], line["about"], line["is_read"]) == ("gap_assigned", "נסיעות לחו״ל", False)
    assert program.get("/api/v1/notifications/unread").json() == {"unread": 1}
    assert program.post("/api/v1/notifications/read", {}, format="json").json() == {"unread": 0}
    wanted = {"kind": "gap_assigned", "on_page": True, "mailing": "never"}
    assert program.put("/api/v1/notifications/settings", wanted, format="json").json() == wanted
    assert wanted in program.get("/api/v1/notifications/settings").json()


def test_a_member_cannot_choose_what_managers_are_told(member: User, api: ApiClientOf) -> None:
    wanted = {"kind": "gap_assigned", "on_page": True, "mailing": "now"}
    answer = api(member).put("/api/v1/notifications/settings", wanted, format="json")
    assert answer.status_code == 404
    assert [choice.kind for choice in choosing.choices_of(actor_of(member))] == [
        Kind.QUESTION_ANSWERED,
        Kind.CONVERSATION_READ,
    ]


def test_the_form_keeps_what_is_chosen(manager: User, browser: BrowserOf) -> None:
    chosen = {"gap_assigned-mailing": "daily", "document_failed-page": "on"}
    browser(manager).post(reverse("notifications-settings"), chosen)
    kept = {choice.kind: choice for choice in choosing.choices_of(actor_of(manager))}
    assert kept[Kind.GAP_ASSIGNED] == Choice(Kind.GAP_ASSIGNED, False, Mailing.DAILY)
    assert kept[Kind.DOCUMENT_FAILED] == Choice(Kind.DOCUMENT_FAILED, True, Mailing.NEVER)
