"""Where files are kept: in a folder of their own, whatever they were called by who sent them."""

from pathlib import PurePosixPath
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage

from accounts.access import actor_of
from accounts.models import User
from retrieval import files, services
from retrieval.models import Document
from retrieval.services import Upload

pytestmark = pytest.mark.django_db
TEXT = "שעות הפעילות של המוקד הן 8 עד 16."
HOSTILE = (
    "../../../etc/passwd.txt",
    "..\\..\\Windows\\win.ini.txt",
    "/etc/cron.d/job.txt",
    "C:\\autoexec.txt",
    "\\\\server\\share\\a.txt",
    "..%2f..%2fetc%2fpasswd.txt",
    "CON.txt",
    "a/b/c.txt",
    ".htaccess.txt",
    "name;rm -rf $HOME.txt",
    "א" * 300 + ".txt",
    "a\nb.txt",
    "gnp\u202etxt.txt",
)


def kept(manager: User, name: str, text: str = TEXT) -> Document:
    return services.create_document(actor=actor_of(manager), content=Upload(name, text.encode()))


def text_of(document: Document) -> str:
    with default_storage.open(str(document.original.name)) as file:
        text: str = file.read().decode()
    return text


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_out_of_the_documents_own_folder(manager: User, name: str) -> None:
    document = kept(manager, name)
    path = PurePosixPath(str(document.original.name))
    assert path.parent == PurePosixPath(f"documents/{document.organization_id}/{document.id}")
    assert not set(path.name) & set('/\\:*?"<>|\n\u202e')
    assert path.name.strip(".")
    assert text_of(document) == TEXT


def test_every_document_has_a_place_of_its_own(manager: User) -> None:
    first, second = kept(manager, "נוהל.txt"), kept(manager, "נוהל.txt", f"{TEXT} מעודכן.")
    folders = {PurePosixPath(str(each.original.name)).parent for each in (first, second)}
    assert len(folders) == 2
    assert text_of(first) == TEXT


def test_the_place_of_a_private_file_tells_nothing_of_its_name(member: User) -> None:
    for name in ("פיטורים של דנה.txt", "../../פיטורים.txt"):
        upload = Upload(name, TEXT.encode())
        file = files.add_file(actor=actor_of(member), conversation_id=uuid4(), upload=upload)
        path = PurePosixPath(str(file.original.name))
        assert path.parent == PurePosixPath(f"conversations/{file.organization_id}/{file.conversation_id}")
        assert path.name == f"{file.id}.txt"
