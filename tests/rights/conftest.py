"""One object of every kind in one organisation, and a client for everybody who might want it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from django.test import Client

from accounts.access import actor_of
from accounts.models import AuditEntry, Budget, Department, Session, User
from accounts.services import organizations
from accounts.services.api_keys import WantedKey, create_key
from accounts.services.invitations import Offer, create_invitation
from accounts.tenancy import tenant_scope
from accounts.tokens import access_token
from accounts.types import AccountStatus, Actor, Choices
from analytics.erasing import ask_for_erasure
from analytics.evaluating import start_evaluation
from analytics.models import (
    DailyUsage,
    EvaluationQuestion,
    KnowledgeGap,
    Notification,
    Webhook,
    WebhookDelivery,
)
from analytics.webhooks.managing import Wanted, save_webhook
from chatbot.referring import refer
from config.asgi import application
from conversations.holds import place_hold
from conversations.services import close_turn, open_turn
from conversations.sharing import share_conversation
from conversations.supervision import begin_reading
from conversations.types import Closing, MessageStatus, Turn
from retrieval import approved, files, glossary, services, versions
from retrieval.models import ApprovedAnswer, GlossaryEntry, Passage
from tests.builders import make_department, make_user
from tests.chatbot.conftest import SALARIES
from tests.rights.routes import ROLES

CSRF = "c" * 32
Things = dict[str, str]
NOTHING = {
    "content_type_id": "1",
    "number": "1",
    "app_label": "retrieval",
    "url": "nowhere",
    "uid": "MQ",
    "token": "wrong-token",
}


def close(turn: Turn) -> Turn:
    close_turn(turn=turn, closing=Closing(status=MessageStatus.COMPLETE, text="21 ימים."))
    return turn


def restricted_document(manager: Actor, department: Department) -> dict[str, str]:
    """Add a document that one department reads; return its id and its passage's."""
    before = services.create_document(
        actor=manager, title="שכר", content="הטבלה של אשתקד", readers=services.NamedReaders([department.pk])
    )
    incoming = versions.Incoming(SALARIES)
    document = versions.add_version(actor=manager, document_id=before.id, incoming=incoming)
    with tenant_scope(manager.organization_id):
        services.index_document(document.id)
        passage = Passage.objects.filter(document_id=document.id).first()
    assert passage is not None
    return {"document_id": str(document.id), "passage_id": str(passage.id)}


def rows_of_the_admin(manager: Actor) -> dict[str, str]:
    """Add what the organisation's managers see in the admin alone; return the ids."""
    with tenant_scope(manager.organization_id):
        usage = DailyUsage.objects.create(day=date(2026, 11, 24))
        gap = KnowledgeGap.objects.create(title="מי מאשר חניה?")
        entry = glossary.save_entry(actor=manager, entry=GlossaryEntry(), terms="שכר, משכורת")
        budget = Budget.objects.create(scope="person", period="day", questions=100_000)
        chosen = organizations.settings_row(organization_id=manager.organization_id)
        audited = AuditEntry.objects.earliest("number")
        key, _plain = create_key(actor=manager, wanted=WantedKey("תוכנה", ["chat"]))
        approval = approved.Approval("מי מאשר שכר?", "הדירקטוריון מאשר את השכר.")
        asked = EvaluationQuestion.objects.create(text="מי מאשר שכר?")
        run = start_evaluation(actor=manager)
        answer = approved.save_answer(actor=manager, answer=ApprovedAnswer(), approval=approval)
    return {
        "usage_id": str(usage.pk),
        "gap_id": str(gap.pk),
        "entry_id": str(entry.pk),
        "key_id": str(key.pk),
        "budget_id": str(budget.pk),
        "audit_id": str(audited.pk),
        "settings_id": str(chosen.pk),
        "approved_id": str(answer.pk),
        "evaluation_question_id": str(asked.pk),
        "evaluation_run_id": str(run.pk),
    }


def webhook_of(manager: Actor) -> dict[str, str]:
    """Add a webhook, and something that waits for it; return the ids."""
    wanted = Wanted("https://example.org/hooks", ("message.rated",))
    hook = save_webhook(actor=manager, hook=Webhook(), wanted=wanted)
    with tenant_scope(manager.organization_id):
        delivery = WebhookDelivery.objects.create(webhook=hook, event="message.rated", body={})
    return {"webhook_id": str(hook.pk), "delivery_id": str(delivery.pk)}


def notification_of(owner: Actor, turn: Turn) -> str:
    """Tell the owner something; return what opens it."""
    with tenant_scope(owner.organization_id):
        told = Notification.objects.create(
            recipient_id=owner.user_id, kind="question_answered", subject_id=turn.question_id
        )
    return str(told.pk)


def sent_question(owner: Actor) -> str:
    """Send a question that was refused to the managers; return the id of what they see."""
    turn = open_turn(actor=owner, text="מי מאשר נסיעות?", lease_owner="test")
    close_turn(turn=turn, closing=Closing(status=MessageStatus.REFUSED, text="אין תשובה."))
    return str(refer(actor=owner, answer_id=turn.answer_id)[0].id)


def read_by(manager: Actor, turn: Turn) -> str:
    """Have the manager give a reason for reading the conversation; return what opens it."""
    organizations.choose(actor=manager, choices=Choices(allows_reading=True))
    wanted = {"person_id": turn.user_id, "conversation_id": turn.conversation_id}
    return str(begin_reading(actor=manager, reason="בדיקה לבקשת העובדת", **wanted))


def erasure_of(manager: Actor, person: User) -> str:
    """Have somebody erased who left; return the id of the erasure, which is under way."""
    return str(ask_for_erasure(actor=manager, person_id=person.pk, reason="לבקשתו").pk)


def private_file(owner: Actor, turn: Turn) -> str:
    """Put a file into the conversation; return its id."""
    upload = services.Upload("הצעה.txt", "הצעת המחיר של הספק".encode())
    return str(files.add_file(actor=owner, conversation_id=turn.conversation_id, upload=upload).id)


def signed_in(person: User) -> str:
    """Sign a second browser of the person in; return what it is listed by."""
    browser = Client()
    browser.force_login(person)
    row = Session.objects.get(session_key=browser.cookies["sessionid"].value)
    return str(row.sign_in_id)


@pytest.fixture(autouse=True)
def _wait_for_no_late_frames(settings: Any) -> None:
    """Tell the end of an answer whose log nobody wrote at once, without the patience for late frames."""
    settings.ANSWER_QUIET_SECONDS = 0.05
    settings.ANSWER_LATE_SECONDS = 0.0


@pytest.fixture
def things(manager: User, member: User, department: Department) -> Things:
    """Ids by the names of the placeholders in addresses; all of the member, or the member's department."""
    boss, owner = actor_of(manager), actor_of(member)
    turn = close(open_turn(actor=owner, text="כמה ימי חופשה?", lease_owner="test"))
    spared = close(open_turn(actor=boss, text="מה נשמר?", lease_owner="test"))
    organization = manager.organization
    invitation, _token = create_invitation(actor=boss, offer=Offer())
    share = share_conversation(actor=owner, conversation_id=turn.conversation_id)
    return {
        **restricted_document(boss, department),
        **rows_of_the_admin(boss),
        **webhook_of(boss),
        "conversation_id": str(turn.conversation_id),
        "reading_id": read_by(boss, turn),
        "erasure_id": erasure_of(boss, make_user(organization=organization)),
        "hold_id": str(place_hold(actor=boss, reason="תביעה", conversation_id=spared.conversation_id).pk),
        "notification_id": notification_of(owner, turn),
        "referral_id": sent_question(owner),
        "file_id": private_file(owner, turn),
        "message_id": str(turn.answer_id),
        "answer_id": str(turn.answer_id),
        "sign_in_id": signed_in(member),
        "member_id": str(make_user("uri", organization=organization, status=AccountStatus.PENDING).pk),
        "department_id": str(make_department("ארכיון", organization=organization).pk),
        "invitation_id": str(invitation.pk),
        "organization_id": str(organization.pk),
        "share_id": str(share.id),
        "model_id": "sicha",
        "object_id": str(uuid4()),
        **NOTHING,
    }


def absent(things: Things) -> Things:
    """Return ids of the same form that nothing has."""
    return {name: str(uuid4()) if len(value) == 36 else value for name, value in things.items()}


@dataclass(frozen=True, slots=True)
class Entrances:
    """How one person comes in: a program by its token, a page by its session; empty for nobody."""

    bearer: str = ""
    session: str = ""

    def program(self) -> httpx.AsyncClient:
        return _client({"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}, {})

    def page(self) -> httpx.AsyncClient:
        cookies = {"csrftoken": CSRF} | ({"sessionid": self.session} if self.session else {})
        return _client({"X-CSRFToken": CSRF}, cookies)


def _client(headers: dict[str, str], cookies: dict[str, str]) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=cast("Any", application))
    return httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=headers, cookies=cookies
    )


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def person(role: str, request: pytest.FixtureRequest) -> User | None:
    """Return the one who has the role; nobody for `anonymous`."""
    found: User | None = None if role == "anonymous" else request.getfixturevalue(role)
    return found


@pytest.fixture
def entrances(transactional_db: None, person: User | None) -> Entrances:
    if person is None:
        return Entrances()
    browser = Client()
    browser.force_login(person)
    return Entrances(access_token(actor_of(person)), browser.cookies["sessionid"].value)
