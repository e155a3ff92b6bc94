"""The demo organisation: three people with made-up passwords, its documents, and no second of anything."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization, User
from accounts.types import Role
from config import demo
from retrieval.models import Document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small_demo(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SICHA_HOME = tmp_path
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "leave.md").write_text("# נוהל חופשה\n\nלכל עובד מגיעים 18 ימי חופשה בשנה.\n", encoding="utf-8")
    monkeypatch.setattr(demo, "DOCUMENTS", folder)


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def test_its_people_can_log_in_as_what_they_are() -> None:
    seed()
    passwords = demo.passwords()
    people = {user.username: user for user in User.directory.select_related("department")}
    assert people.keys() == passwords.keys()
    assert all(people[name].check_password(password) for name, password in passwords.items())
    assert people["manager.demo"].role == Role.MANAGER
    assert {user.department.name for user in people.values() if user.department} == {"כספים", "שירות לקוחות"}


def test_its_documents_are_indexed() -> None:
    seed()
    organization = Organization.objects.get(name=demo.ORGANIZATION)
    found = Document._base_manager.filter(organization=organization)
    assert [document.status for document in found] == [Document.Status.INDEXED]


def test_a_second_time_changes_and_says_nothing() -> None:
    seed()
    before = (User.directory.count(), Document._base_manager.count())
    assert seed() == ""
    assert (User.directory.count(), Document._base_manager.count()) == before


def test_a_changed_document_is_loaded_again() -> None:
    seed()
    (demo.DOCUMENTS / "sick.md").write_text("# מחלה\n\nיש להמציא אישור מחלה.\n", encoding="utf-8")
    assert "1 added, 1 unchanged" in seed()


def test_there_is_no_demo_in_production(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        seed()
