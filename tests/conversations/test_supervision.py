"""Reading somebody's conversation: off by default, with a reason, told to the person and to the trail."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from accounts import audit
from accounts.access import actor_of
from accounts.models import AuditEntry, User
from accounts.services import organizations
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Choices, Role
from conversations.organizing import delete_conversation
from tests.builders import make_user
from tests.conftest import BrowserOf
from tests.conversations.turns import talk

pytestmark = pytest.mark.django_db
ADD = "/admin/conversations/reading/add/"
QUESTION = "כמה ימי מחלה נשארו לי?"
REASON = "פנייה של מחלקת הביטחון מיום שני"


def allow(manager: User, *, allowed: bool = True) -> None:
    organizations.choose(actor=actor_of(manager), choices=Choices(allows_reading=allowed))


@pytest.fixture
def conversation_id(actor: Actor) -> UUID:
    return talk(actor, QUESTION).conversation_id


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    allow(manager)
    return browser(manager)


def read(page: Client, person: User, conversation_id: UUID, reason: str = REASON) -> Any:
    said = {"person": str(person.pk), "conversation": str(conversation_id), "reason": reason}
    return page.post(ADD, said)


def test_a_manager_reads_with_a_reason_and_both_sides_know(
    page: Client, browser: BrowserOf, member: User, manager: User, conversation_id: UUID
) -> None:
    outlines = page.get(ADD, {"person": str(member.pk)}).content.decode()
    assert str(conversation_id) in outlines
    assert QUESTION not in outlines
    opened = read(page, member, conversation_id)
    shown = page.get(opened.url).content.decode()
    assert QUESTION in shown
    assert "תשובה" in shown
    told = browser(member).get("/readings/").content.decode()
    assert all(words in told for words in (REASON, "נועה לוי", QUESTION))
    assert REASON in browser(member).get(f"/c/{conversation_id}/").content.decode()
    with tenant_scope(manager.organization_id):
        entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.actor_id, entry.target, entry.note) == (
        *("conversation.read", manager.pk),
        *(str(conversation_id), REASON),
    )
    assert audit.verify(organization_id=manager.organization_id).damage is None


def test_by_default_nobody_reads(
    browser: BrowserOf, manager: User, member: User, conversation_id: UUID
) -> None:
    page = browser(manager)
    assert page.get(ADD).status_code == 403
    assert read(page, member, conversation_id).status_code == 403
    assert "נקראות רק בידי מי שהן שלהם" in browser(member).get("/readings/").content.decode()


def test_what_is_forbidden_again_is_closed_at_once(
    page: Client, manager: User, member: User, conversation_id: UUID
) -> None:
    opened = read(page, member, conversation_id)
    allow(manager, allowed=False)
    assert page.get(opened.url).status_code == 403
    assert REASON in page.get("/admin/conversations/reading/").content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "סיבה", "\u200f" * 20, "א" * 501, "סיבה טובה\x00מאוד"])
def test_without_a_real_reason_nothing_opens(
    page: Client, browser: BrowserOf, member: User, conversation_id: UUID, reason: str
) -> None:
    assert read(page, member, conversation_id, reason).status_code == 400
    assert "לא נקראו בידי אחרים" in browser(member).get("/readings/").content.decode()


def test_a_reading_is_for_one_person_and_half_an_hour(
    page: Client, browser: BrowserOf, member: User, conversation_id: UUID, organization: Any
) -> None:
    opened = read(page, member, conversation_id)
    other = make_user(organization=organization, role=Role.MANAGER)
    assert browser(other).get(opened.url).status_code == 404
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert page.get(opened.url).status_code == 404


def test_nobody_reads_what_is_not_there(
    page: Client, member: User, outsider: User, manager: User, conversation_id: UUID
) -> None:
    foreign = talk(actor_of(outsider), QUESTION).conversation_id
    own = talk(actor_of(manager), QUESTION).conversation_id
    delete_conversation(actor=actor_of(member), conversation_id=conversation_id)
    tried = [(member, conversation_id), (outsider, foreign), (member, foreign), (manager, own)]
    for person, wanted in tried:
        assert read(page, person, wanted).status_code == 400
    assert page.post(ADD, {"person": "x", "conversation": "y", "reason": REASON}).status_code == 400


def test_what_was_said_after_the_reason_was_given_stays_private(
    page: Client, member: User, actor: Actor, conversation_id: UUID
) -> None:
    opened = read(page, member, conversation_id)
    with time_machine.travel(now() + timedelta(minutes=1)):
        talk(actor, "שאלה מאוחרת", conversation_id=conversation_id)
        assert "שאלה מאוחרת" not in page.get(opened.url).content.decode()
