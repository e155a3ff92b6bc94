"""An organisation in which everything that people can name, write or upload is a payload."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from accounts.access import actor_of
from accounts.models import ApiKey, AuditEntry, Budget, Department, Invitation, Organization, User
from accounts.services import organizations
from accounts.services.registration import NewAccount, create_operator
from accounts.tenancy import tenant_scope
from accounts.types import Choices
from analytics.models import (
    DailyUsage,
    Erasure,
    EvaluationQuestion,
    EvaluationRun,
    GapQuestion,
    KnowledgeGap,
    Notification,
    Webhook,
    WebhookDelivery,
)
from analytics.models.webhooks import HIDING_SALT
from config.kernel.hiding import hidden
from conversations.models import Conversation, Hold, Message, Reading, Referral, Share
from retrieval.models import ApprovedAnswer, Document, GlossaryEntry
from tests.e2e.payloads import payloads
from tests.e2e.places import IDS
from tests.e2e.servers import PASSWORD, ROOT, Person

SAID = "מחפשים"  # in every title, so that one search finds them
_FILL = "from tests.e2e.hostile import fill; print(fill({username!r}))"


def made(home: Path, person: Person) -> dict[str, str]:
    """Fill the organisation of that manager, in the product whose files are in `home`; return ids by name."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c"]
    done = subprocess.run(
        [*command, _FILL.format(username=person.username)],
        cwd=ROOT,
        env={**environment, "SICHA_HOME": str(home), "DEMO": "false", "LOG_LEVEL": "ERROR"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    found: dict[str, str] = json.loads(done.stdout.decode().splitlines()[-1])
    return found


def operator_of(manager: Person) -> Person:
    """Return the operator that `made` made beside that manager."""
    return Person(f"operator-of-{manager.username}")


def fill(username: str) -> str:
    """Write the rows, in the product's own process; return ids by the placeholders of addresses, as JSON."""
    manager = User.directory.get(username=username)
    everything = " ".join(payloads())
    create_operator(
        account=NewAccount(operator_of(Person(username)).username, "operator@example.org", PASSWORD)
    )
    with tenant_scope(manager.organization_id), transaction.atomic():
        ids = {
            **_people(manager, everything),
            **_trail(manager),
            **_gaps(manager),
            **_evaluations(manager),
            **_webhooks(manager),
            **_conversations(manager, everything),
            **_documents(manager, everything),
            "organization_id": str(manager.organization_id),
        }
    nowhere = {"object_id": "1", "content_type_id": "1", "app_label": "retrieval", "url": "nowhere"}
    found = {**nowhere, **ids, "uid": "MQ", "token": "wrong-token"}
    assert found.keys() == {*IDS}
    return json.dumps(found)


def _people(manager: User, everything: str) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    Organization.objects.filter(pk=manager.organization_id).update(name=everything)
    Department.objects.bulk_create(Department(name=text, **own) for text in payloads())
    department = Department.objects.first()
    assert department is not None
    people = [
        User(username=text, username_key=f"hostile-{number}", display_name=text, email=text, **own)
        for number, text in enumerate(payloads())
    ]
    User.objects.bulk_create(people)
    User.objects.filter(pk=manager.pk).update(display_name=everything, department=department)
    open_until = {"department": department, "expires_at": now() + timedelta(days=1), **own}
    invitations = [
        Invitation(email=f"{text}@x.org", token_hash=str(number), **open_until)
        for number, text in enumerate(payloads())
    ]
    Invitation.objects.bulk_create(invitations)
    return {
        "department_id": str(department.pk),
        "member_id": str(people[-1].pk),
        "invitation_id": str(invitations[-1].pk),
    }


def _trail(manager: User) -> dict[str, str]:
    """Write entries of people with such names, with such subjects and reasons."""
    for person, text in zip(User.objects.exclude(pk=manager.pk), payloads(), strict=False):
        audit.record(text[:64], actor_id=person.pk, target=text[:200], note=text[:500])
    usage = DailyUsage.objects.create(day=now().date(), questions=3)
    chosen = organizations.settings_row(organization_id=manager.organization_id)
    organizations.choose(actor=actor_of(manager), choices=Choices(allows_reading=True))
    somebody = User.objects.exclude(pk=manager.pk).first()
    budget = Budget.objects.create(scope="person", period="day", questions=100_000, person=somebody)
    latest = AuditEntry.objects.latest("number")
    return {
        "usage_id": str(usage.pk),
        "settings_id": str(chosen.pk),
        "audit_id": str(latest.pk),
        "key_id": _keys(manager),
        "budget_id": str(budget.pk),
    }


def _keys(owner: User) -> str:
    own = {"organization_id": owner.organization_id, "owner": owner, "scopes": ["chat"]}
    keys = [ApiKey(name=text[:100], beginning=text[:24], key_hash=uuid4().hex, **own) for text in payloads()]
    ApiKey.objects.bulk_create(keys)
    return str(keys[-1].pk)


def _gaps(manager: User) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    gaps = [KnowledgeGap(title=text, owner=manager, **own) for text in payloads()]
    KnowledgeGap.objects.bulk_create(gaps)
    told = {"recipient": manager, "kind": "gap_assigned", **own}
    Notification.objects.bulk_create(Notification(subject_id=gap.pk, **told) for gap in gaps)
    asked = {"gap": gaps[-1], "asker": manager, "reason": "refused", "asked_at": now(), **own}
    GapQuestion.objects.bulk_create(
        GapQuestion(text=text, answer_id=uuid4(), conversation_id=uuid4(), **asked) for text in payloads()
    )
    return {"gap_id": str(gaps[-1].pk)}


def _evaluations(manager: User) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    questions = [EvaluationQuestion(text=text, words=text, **own) for text in payloads()]
    EvaluationQuestion.objects.bulk_create(questions)
    results = [
        {
            "text": text,
            "title": text,
            "rank": 1,
            "refused": False,
            "right": True,
            "confidence": 0.9,
            "answer": text,
        }
        for text in payloads()
    ]
    run = EvaluationRun.objects.create(
        results=results, state="complete", model=payloads()[0][:100], started_by=manager, **own
    )
    return {"evaluation_question_id": str(questions[-1].pk), "evaluation_run_id": str(run.pk)}


def _webhooks(manager: User) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    hooks = [
        Webhook(
            url=text[:500],
            events=[text],
            active=False,
            hidden_secret=hidden(text[:50], salt=HIDING_SALT),
            **own,
        )
        for text in payloads()
    ]
    Webhook.objects.bulk_create(hooks)
    deliveries = [
        WebhookDelivery(
            webhook=hooks[-1], event=text[:100], body={text: text}, error=text[:100], state="dead", **own
        )
        for text in payloads()
    ]
    WebhookDelivery.objects.bulk_create(deliveries)
    return {"webhook_id": str(hooks[-1].pk), "delivery_id": str(deliveries[-1].pk)}


def _conversations(manager: User, everything: str) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    names = [f"{SAID} {text}" for text in payloads()]
    conversations = [
        Conversation(owner=manager, session_id=f"hostile-{number}", title=title, **own)
        for number, title in enumerate([*names, everything])
    ]
    Conversation.objects.bulk_create(conversations)
    whole = conversations[-1]
    parent: Message | None = None
    for number in range(0, len(names), 20):
        parent = _exchange(whole, parent, names[number : number + 20])
    _files(whole, names)
    assert parent is not None
    referral = Referral.objects.create(question_id=parent.parent_id, asker=manager, text=everything, **own)
    read = {"owner": manager, "reader": manager, "conversation_id": whole.pk, **own}
    readings = [Reading(reader_name=text[:150], reason=text[:500], **read) for text in payloads()]
    Reading.objects.bulk_create(readings)
    erasure = Erasure.objects.create(person_id=uuid4(), asked_by=manager, reason=everything[:500], **own)
    hold = Hold.objects.create(conversation_id=whole.pk, reason=everything[:500], **own)
    share = Share.objects.create(conversation=whole, until=now() + timedelta(days=1), **own)
    return {
        "conversation_id": str(whole.pk),
        "message_id": str(parent.pk),
        "share_id": str(share.pk),
        "referral_id": str(referral.pk),
        "hold_id": str(hold.pk),
        "erasure_id": str(erasure.pk),
        "reading_id": str(readings[-1].pk),
    }


def _exchange(conversation: Conversation, parent: Message | None, texts: list[str]) -> Message:
    """Ask and answer with these texts; return the answer."""
    own = {"organization_id": conversation.organization_id, "conversation": conversation}
    ended = {"author_id": conversation.owner_id, "status": "complete", **own}
    asked = Message.objects.create(role="user", text=" ".join(texts), parent=parent, **ended)
    answer: Message = Message.objects.create(role="assistant", text="\n\n".join(texts), parent=asked, **ended)
    return answer


def _files(conversation: Conversation, names: list[str]) -> None:
    """Put private files of such names and words into the conversation."""
    own = {"organization_id": conversation.organization_id, "uploaded_by_id": conversation.owner_id}
    attached = {"conversation_id": conversation.pk, "restricted": True, "status": "needs_attention", **own}
    Document.objects.bulk_create(
        Document(title=text, original_name=text, content=text, **attached) for text in names
    )


def _documents(manager: User, everything: str) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    entries = [GlossaryEntry(terms=f"{text}, {SAID}", **own) for text in payloads()]
    GlossaryEntry.objects.bulk_create(entries)
    answers = [
        ApprovedAnswer(questions=text, answer=text, state="approved", owner=manager, **own)
        for text in payloads()
    ]
    ApprovedAnswer.objects.bulk_create(answers)
    documents = [
        Document(title=text, category=text, content=text, original_name=text, status="indexed", **own)
        for text in [*payloads(), everything]
    ]
    Document.objects.bulk_create(documents)
    changes = {"user_id": manager.pk, "content_type": ContentType.objects.get_for_model(Document)}
    changes |= {"object_id": str(documents[-1].pk), "action_flag": CHANGE}
    for text in [everything, *payloads()[:5]]:
        LogEntry.objects.create(object_repr=text, change_message=text, **changes)
    return {
        "document_id": str(documents[-1].pk),
        "entry_id": str(entries[-1].pk),
        "approved_id": str(answers[-1].pk),
    }
