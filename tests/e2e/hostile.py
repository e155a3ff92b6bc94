"""An organisation in which everything that people can name, write or upload is a payload."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.timezone import now

from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from conversations.models import Conversation, Message, Share
from retrieval.models import Document, GlossaryEntry
from tests.e2e.payloads import payloads
from tests.e2e.servers import ROOT, Person

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


def fill(username: str) -> str:
    """Write the rows, in the product's own process."""
    manager = User.directory.get(username=username)
    everything = " ".join(payloads())
    with tenant_scope(manager.organization_id):
        own = {"organization_id": manager.organization_id}
        Organization.objects.filter(pk=manager.organization_id).update(name=everything)
        Department.objects.bulk_create(Department(name=text, **own) for text in payloads())
        department = Department.objects.first()
        User.objects.bulk_create(
            User(
                username=text,
                username_key=f"hostile-{number}",
                display_name=text,
                email=f"{text}@example.org",
                department=department,
                **own,
            )
            for number, text in enumerate(payloads())
        )
        User.objects.filter(pk=manager.pk).update(display_name=everything, department=department)
        ids = {**_conversations(manager, everything), **_documents(manager, everything)}
    return json.dumps({**ids, "department": str(department.pk) if department else ""})


def _conversations(manager: User, everything: str) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    names = [f"{SAID} {text}" for text in payloads()]
    conversations = [
        Conversation(owner=manager, session_id=f"hostile-{number}", title=title, **own)
        for number, title in enumerate([*names, everything])
    ]
    Conversation.objects.bulk_create(conversations)
    whole = conversations[-1]
    parent = None
    for number in range(0, len(names), 20):
        texts = names[number : number + 20]
        asked = Message(
            conversation=whole,
            author=manager,
            role="user",
            text=" ".join(texts),
            status="complete",
            parent=parent,
            **own,
        )
        parent = Message(
            conversation=whole,
            author=manager,
            role="assistant",
            text="\n\n".join(texts),
            status="complete",
            parent=asked,
            **own,
        )
        asked.save()
        parent.save()
    share = Share.objects.create(conversation=whole, until=now() + timedelta(days=1), **own)
    return {"conversation": str(whole.pk), "share": str(share.pk)}


def _documents(manager: User, everything: str) -> dict[str, str]:
    own = {"organization_id": manager.organization_id}
    GlossaryEntry.objects.bulk_create(GlossaryEntry(terms=f"{text}, {SAID}", **own) for text in payloads())
    documents = [
        Document(title=text, category=text, content=text, original_name=text, status="indexed", **own)
        for text in [*payloads(), everything]
    ]
    Document.objects.bulk_create(documents)
    kind = ContentType.objects.get_for_model(Document)
    for text in [everything, *payloads()[:5]]:
        LogEntry.objects.create(
            user_id=manager.pk,
            content_type=kind,
            object_id=str(documents[-1].pk),
            object_repr=text,
            action_flag=CHANGE,
            change_message=text,
        )
    return {"document": str(documents[-1].pk)}
