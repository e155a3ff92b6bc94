"""Erasing one person: nothing is left in any store, a hold stops it, and the certificate proves it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import audit
from accounts.access import actor_of
from accounts.models import AuditEntry, Budget, Session, User
from accounts.services import organizations
from accounts.services.invitations import Offer, create_invitation
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Choices, Role
from analytics.certificates import is_genuine
from analytics.erasing import ask_for_erasure
from analytics.models import Erasure
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import relay
from conversations import holds, memory, supervision
from conversations.archive_inventory import inventory as archived
from conversations.models import Conversation, Message
from conversations.organizing import Verdict, rate_message
from conversations.sharing import share_conversation
from conversations.types import MessageStatus
from retrieval import files, services
from retrieval.models import Document
from tests.builders import make_user
from tests.conftest import ApiClientOf, BrowserOf
from tests.conversations.archives import content, folder, names
from tests.conversations.turns import answer, ask, talk

pytestmark = pytest.mark.django_db
CANARY = "canarysecretname"
REASON = "בקשת מחיקה לפי חוק הגנת הפרטיות"
TABLES_THAT_KEEP_THE_ID = {"accounts_auditentry", "analytics_erasure"}


@pytest.fixture(autouse=True)
def stores(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = {
        **settings.STORAGES,
        "archive": folder(tmp_path / "archive"),
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    return tmp_path


@pytest.fixture
def person(department: Any) -> User:
    """Somebody who has left a trace wherever the product keeps anything."""
    return make_user(
        f"{CANARY}-user", department=department, display_name=CANARY, email=f"{CANARY}@example.test"
    )


def live(person: User, manager: User, browser: BrowserOf, api: ApiClientOf) -> None:
    """Do all that leaves a trace of the person."""
    actor, boss = actor_of(person), actor_of(manager)
    browser(person).get("/")
    api(person).get("/api/v1/profile")
    turn = talk(actor, f"שאלה על {CANARY}", f"ועוד על {CANARY}")
    rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict("down", comment=CANARY))
    share_conversation(actor=actor, conversation_id=turn.conversation_id)
    refused = ask(actor, f"מי אחראי על {CANARY}?")
    answer(refused, status=MessageStatus.REFUSED)
    files.add_file(
        actor=actor,
        conversation_id=turn.conversation_id,
        upload=services.Upload(f"{CANARY}.txt", f"מסמך של {CANARY}".encode()),
    )
    services.create_document(
        actor=boss,
        title="נוהל",
        content="נוהל לכולם.",
        readers=services.NamedReaders(person_ids=[person.pk]),
    )
    create_invitation(actor=boss, offer=Offer(email=person.email))
    organizations.choose(actor=boss, choices=Choices(allows_reading=True))
    wanted = {"person_id": person.pk, "conversation_id": turn.conversation_id}
    supervision.begin_reading(actor=boss, reason="בדיקת תלונה", **wanted)
    with tenant_scope(person.organization_id):
        Budget.objects.create(scope="person", period="day", questions=10, person=person)
        memory.branch_until(turn.answer_id, limit=4)
    ask(actor, "שאלה אחרונה", conversation_id=turn.conversation_id)
    browser(manager).post(f"/admin/accounts/user/{person.pk}/change/", {"role": "member", "status": "active"})


def carry_on() -> None:
    for _ in range(6):
        OutboxRow.objects.filter(completed_at=None).update(available_at="2020-01-01T00:00:00Z")
        relay()


def tables_with(word: str) -> set[str]:
    """Read every column of every table of the database itself, whatever Django knows of it."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  names of our own tables
            if any(word in str(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    return found


def files_with(word: str, folder: Path) -> list[Path]:
    """Return the files below the folder whose name or content has the word."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and (word in str(path) or word.encode() in path.read_bytes())
    ]


def cached_with(word: str) -> list[Any]:
    stored: Any = getattr(cache, "_cache", {})
    return [key for key, value in stored.items() if word in str(key) or word.encode() in value]


def erasure_of(person: User) -> Erasure:
    with tenant_scope(person.organization_id):
        found: Erasure = Erasure.objects.get()
    return found


@pytest.fixture
def erased(person: User, manager: User, browser: BrowserOf, api: ApiClientOf, stores: Path) -> Erasure:
    live(person, manager, browser, api)
    carry_on()
    assert len(tables_with(CANARY)) >= 6
    assert files_with(CANARY, stores)
    ask_for_erasure(actor=actor_of(manager), person_id=person.pk, reason=REASON)
    carry_on()
    return erasure_of(person)


class TestNothingIsLeft:
    @pytest.mark.usefixtures("erased")
    def test_in_any_table(self, person: User) -> None:
        assert tables_with(CANARY) == set()
        for form in (str(person.pk), person.pk.hex):
            assert tables_with(form) <= TABLES_THAT_KEEP_THE_ID

    @pytest.mark.django_db(transaction=True)  # files go when the transaction is committed
    @pytest.mark.usefixtures("erased")
    def test_in_any_file_of_the_archive_or_beside_it(self, stores: Path) -> None:
        assert files_with(CANARY, stores) == []
        assert names() == []

    @pytest.mark.usefixtures("erased")
    def test_in_memory_and_sessions(self, person: User) -> None:
        assert cached_with(CANARY) == []
        assert not Session.objects.filter(user_id=person.pk).exists()

    def test_what_the_certificate_says_is_so(self, erased: Erasure, person: User) -> None:
        said = erased.certificate
        assert said["left"] == {"database": 0, "archive": 0, "graph": 0, "passages": 0}
        assert said["removed"]["conversations"] == 2
        assert said["removed"]["account"] == 1
        assert CANARY not in json.dumps(said, ensure_ascii=False)
        assert is_genuine(said)
        with tenant_scope(person.organization_id):
            entry = AuditEntry.objects.get(action="person.erased")
        assert (entry.target, entry.note) == (str(person.pk), said["digest"])
        assert audit.verify(organization_id=person.organization_id).damage is None

    def test_and_a_document_of_that_reader_is_not_open_to_everybody(self, erased: Erasure) -> None:
        with tenant_scope(erased.organization_id):
            document = Document.objects.get(title="נוהל")
            assert document.restricted
            assert not document.people.exists()


def test_others_keep_what_is_theirs(
    person: User, manager: User, member: User, browser: BrowserOf, api: ApiClientOf
) -> None:
    kept = talk(actor_of(member), f"מה עם {CANARY}?").conversation_id
    live(person, manager, browser, api)
    carry_on()
    ask_for_erasure(actor=actor_of(manager), person_id=person.pk, reason=REASON)
    carry_on()
    with tenant_scope(member.organization_id):
        assert [*Conversation.objects.values_list("pk", flat=True)] == [kept]
    assert kept in archived(member.organization_id)
    assert CANARY in content(next(name for name in names() if "conversations" not in name)).decode()
    assert erasure_of(person).completed_at is not None


@pytest.mark.parametrize("by_person", [True, False])
def test_a_hold_stops_it(manager: User, person: User, by_person: bool) -> None:
    conversation_id = talk(actor_of(person), "שאלה").conversation_id
    on: dict[str, Any] = {"person_id": person.pk} if by_person else {"conversation_id": conversation_id}
    hold = holds.place_hold(actor=actor_of(manager), reason="תביעה תלויה ועומדת", **on)
    with pytest.raises(holds.OnHoldError):
        ask_for_erasure(actor=actor_of(manager), person_id=person.pk, reason=REASON)
    holds.lift_hold(actor=actor_of(manager), hold_id=hold.pk)
    ask_for_erasure(actor=actor_of(manager), person_id=person.pk, reason=REASON)
    again = holds.place_hold(actor=actor_of(manager), reason="תביעה תלויה ועומדת", **on)
    carry_on()
    assert erasure_of(person).completed_at is None
    with tenant_scope(person.organization_id):
        assert Message.objects.count() == 2
    holds.lift_hold(actor=actor_of(manager), hold_id=again.pk)
    carry_on()
    assert erasure_of(person).completed_at is not None


def test_it_waits_for_a_store_that_has_not_forgotten(
    manager: User, person: User, settings: Any, stores: Path
) -> None:
    talk(actor_of(person), f"על {CANARY}")
    carry_on()
    ask_for_erasure(actor=actor_of(manager), person_id=person.pk, reason=REASON)
    working = settings.STORAGES["archive"]
    (stores / "a file").write_text("in the place of a folder")
    settings.STORAGES = {**settings.STORAGES, "archive": folder(stores / "a file" / "archive")}
    carry_on()
    assert erasure_of(person).completed_at is None
    settings.STORAGES = {**settings.STORAGES, "archive": working}
    carry_on()
    assert erasure_of(person).completed_at is not None
    assert files_with(CANARY, stores) == []


def test_the_person_is_shut_out_at_once(manager: User, person: User, browser: BrowserOf) -> None:
    page = browser(person)
    ask_for_erasure(actor=actor_of(manager), person_id=person.pk, reason=REASON)
    assert page.get("/accounts/profile/").status_code == 302


def test_who_may_not_ask(
    manager: User, member: User, outsider: User, outside_manager: User, organization: Any
) -> None:
    other = make_user(organization=organization, role=Role.MANAGER)
    refused: list[tuple[Actor, User]] = [
        (actor_of(member), other),
        (actor_of(manager), manager),
        (actor_of(manager), outsider),
        (actor_of(outside_manager), member),
    ]
    for asker, about in refused:
        with pytest.raises(Exception) as refusal:  # noqa: PT011  of several kinds
            ask_for_erasure(actor=asker, person_id=about.pk, reason=REASON)
        assert refusal.value.status in {403, 404, 409}  # type: ignore[attr-defined]


# -- the certificate and the admin ---------------------------------------------------------------------------


def test_a_certificate_that_was_changed_is_not_genuine(erased: Erasure, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(erased.certificate), encoding="utf-8")
    call_command("verify_certificate", str(file))
    assert "genuine" in capsys.readouterr().out
    for wrong in (
        json.dumps({**erased.certificate, "left": {"database": 1}}),
        json.dumps({**erased.certificate, "seal": "0" * 64}),
        *("[]", "not json"),
    ):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("verify_certificate", str(file))


PAGE = "/admin/analytics/erasure/"


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    return browser(manager)


def test_a_manager_asks_and_saves_the_certificate(page: Client, person: User) -> None:
    form = {"person": str(person.pk), "reason": REASON}
    assert page.post(f"{PAGE}add/", form).status_code == 200
    assert page.post(f"{PAGE}add/", {**form, "sure": "on"}).status_code == 302
    row = erasure_of(person)
    assert page.get(f"{PAGE}{row.pk}/certificate.json").status_code == 404
    carry_on()
    assert is_genuine(page.get(f"{PAGE}{row.pk}/certificate.json").json())
    assert f"{row.pk}/certificate.json" in page.get(PAGE).content.decode()


def test_nobody_else_can_be_named(page: Client, outsider: User, manager: User) -> None:
    for person in (outsider, manager):
        form = {"person": str(person.pk), "reason": REASON, "sure": "on"}
        assert page.post(f"{PAGE}add/", form).status_code == 200
    with tenant_scope(manager.organization_id):
        assert not Erasure.objects.exists()
