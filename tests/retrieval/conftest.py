"""Documents for the shared cast, indexed with the deterministic embedder."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from retrieval import services
from retrieval.access import reader_of
from retrieval.models import Document
from retrieval.types import Reader

VACATION = "מכסת החופשה השנתית היא שנים-עשר ימים. את הבקשה לחופשה מגישים שבועיים מראש במערכת הנוכחות."
PASSWORDS = "הסיסמה לרשת מוחלפת כל תשעים יום. אין למסור סיסמה לאיש, גם לא לצוות התמיכה."
SALARIES = "טבלת השכר של הבכירים מתעדכנת בכל ינואר. הבונוס השנתי של הבכירים נקבע בדירקטוריון."

AddDocument = Callable[..., Document]
ReaderOf = Callable[[User], Reader]


@pytest.fixture
def add_document() -> AddDocument:
    """Return a function that stores a manager's document and, unless told otherwise, indexes it."""

    def add(manager: User, title: str, content: str, *, indexed: bool = True, **details: Any) -> Document:
        departments: tuple[Department, ...] = details.pop("departments", ())
        people: tuple[User, ...] = details.pop("people", ())
        document = services.create_document(
            actor=actor_of(manager),
            title=title,
            content=content,
            readers=services.NamedReaders(
                [department.pk for department in departments], [person.pk for person in people]
            ),
            **details,
        )
        if indexed:
            index(document)
        return document

    return add


def index(document: Document) -> Document:
    """Index a document and return it as it is then."""
    with tenant_scope(document.organization_id):
        services.index_document(document.id)
        document.refresh_from_db()
    return document


@pytest.fixture
def reader() -> ReaderOf:
    return lambda person: reader_of(actor_of(person))


@pytest.fixture(autouse=True)
def _files_in_a_scratch_folder(tmp_path: Any) -> Iterator[None]:
    storages = {name: dict(storage) for name, storage in settings.STORAGES.items()}
    storages["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "STORAGES", storages)
        yield
