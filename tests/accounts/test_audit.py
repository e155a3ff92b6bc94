"""The audit trail: every entry follows the one before, and what was done to it afterwards shows."""

import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts import audit
from accounts.models import AuditEntry, AuditHead, Organization, User
from accounts.services.sign_in import sign_in
from accounts.tenancy import tenant_scope
from tests.builders import PASSWORD
from tests.conftest import BrowserOf

PAGE = "/admin/accounts/auditentry/"


def write(organization: Organization, count: int, *, note: str = "") -> None:
    with tenant_scope(organization.pk):
        for number in range(count):
            audit.record("department.created", actor_id=None, target=f"{number}", note=note)


def damage(organization: Organization) -> tuple[str | None, int]:
    verdict = audit.verify(organization_id=organization.pk)
    return verdict.damage, verdict.number


def entries(organization: Organization) -> Any:
    with tenant_scope(organization.pk):
        return AuditEntry.objects.order_by("number")


@pytest.fixture
def trail(organization: Organization) -> Organization:
    """Five entries of one organisation."""
    write(organization, 5)
    return organization


@pytest.mark.django_db
class TestWhatWasDoneToTheTrailShows:
    def test_nothing_was(self, trail: Organization) -> None:
        assert [*entries(trail).values_list("number", flat=True)] == [1, 2, 3, 4, 5]
        assert damage(trail) == (None, 0)

    @pytest.mark.parametrize("field", ["action", "target", "note"])
    def test_an_entry_was_changed(self, trail: Organization, field: str) -> None:
        entries(trail).filter(number=3).update(**{field: "other"})
        assert damage(trail) == ("changed", 3)

    def test_an_entry_was_given_to_somebody_else(self, trail: Organization, member: User) -> None:
        entries(trail).filter(number=2).update(actor_id=member.pk)
        assert damage(trail) == ("changed", 2)

    def test_an_entry_was_removed(self, trail: Organization) -> None:
        entries(trail).filter(number=2).delete()
        assert damage(trail) == ("missing", 2)

    def test_an_entry_was_removed_and_the_others_were_moved_up(self, trail: Organization) -> None:
        entries(trail).filter(number=2).delete()
        for number in (3, 4, 5):
            entries(trail).filter(number=number).update(number=number - 1)
        assert damage(trail) == ("changed", 2)

    def test_two_entries_changed_places(self, trail: Organization) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            entries(trail).filter(number=old).update(number=new)
        assert damage(trail) == ("changed", 2)

    def test_the_last_entries_were_cut_off(self, trail: Organization) -> None:
        entries(trail).filter(number__gt=3).delete()
        assert damage(trail) == ("cut", 4)

    def test_all_of_it_was_removed(self, trail: Organization) -> None:
        entries(trail).delete()
        assert damage(trail) == ("cut", 1)

    def test_the_end_was_moved_back_without_the_key(self, trail: Organization) -> None:
        entries(trail).filter(number__gt=3).delete()
        with tenant_scope(trail.pk):
            AuditHead.objects.update(length=3, digest=entries(trail).last().digest)
        assert damage(trail) == ("unsealed", 3)

    def test_the_whole_trail_was_written_anew_without_the_key(self, trail: Organization) -> None:
        digest = audit.ORIGIN
        for entry in entries(trail):
            entry.target = "forged"
            digest = audit.digest_of(entry, previous=digest)
            entries(trail).filter(pk=entry.pk).update(target="forged", digest=digest)
        with tenant_scope(trail.pk):
            AuditHead.objects.update(digest=digest)
        assert damage(trail) == ("unsealed", 5)

    def test_the_end_was_removed(self, trail: Organization) -> None:
        with tenant_scope(trail.pk):
            AuditHead.objects.all().delete()
        assert damage(trail) == ("unsealed", 5)

    def test_an_entry_was_taken_from_another_organisation(
        self, trail: Organization, other_organization: Organization
    ) -> None:
        write(other_organization, 5)
        stolen = entries(other_organization).get(number=3)
        entries(trail).filter(number=3).update(digest=stolen.digest, at=stolen.at, target=stolen.target)
        assert damage(trail)[1] == 3


@pytest.mark.django_db
def test_a_key_of_before_still_seals(trail: Organization, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key of more than fifty characters, for this test alone"
    assert damage(trail) == (None, 0)
    settings.SECRET_KEY_FALLBACKS = []
    assert damage(trail) == ("unsealed", 5)
    write(trail, 1)
    assert damage(trail) == (None, 0)


@pytest.mark.django_db
def test_each_organisation_has_a_trail_of_its_own(
    trail: Organization, other_organization: Organization
) -> None:
    write(other_organization, 2)
    assert entries(other_organization).count() == 2
    entries(trail).filter(number=3).update(target="other")
    assert damage(other_organization) == (None, 0)


@pytest.mark.django_db
def test_what_is_undone_leaves_no_entry_and_no_gap(trail: Organization) -> None:
    with transaction.atomic():
        write(trail, 1)
        transaction.set_rollback(True)
    write(trail, 1)
    assert damage(trail) == (None, 0)
    assert entries(trail).count() == 6


@pytest.mark.django_db(transaction=True)
def test_entries_that_are_written_at_the_same_time_follow_each_other(organization: Organization) -> None:
    def write_some(_writer: int) -> None:
        try:
            write(organization, 4)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write_some, range(4)))
    assert audit.verify(organization_id=organization.pk).length == 16
    assert damage(organization) == (None, 0)


@pytest.mark.django_db
def test_signing_in_leaves_an_entry(member: User) -> None:
    sign_in(username=member.username, password=PASSWORD, address="192.0.2.1")
    entry = entries(member.organization).get()
    assert (entry.action, entry.actor_id) == ("account.signed_in", member.pk)


# -- the command ---------------------------------------------------------------------------------------------


def verified(**options: Any) -> str:
    out = io.StringIO()
    call_command("verify_audit", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_tells_each_trails_end(trail: Organization) -> None:
    last = entries(trail).last().digest
    assert f"{trail.name}: whole, 5 entries, {last}" in verified()
    assert "whole" in verified(organization=trail.name, expect=last)


@pytest.mark.django_db
def test_the_command_fails_for_a_damaged_trail(trail: Organization) -> None:
    entries(trail).filter(number=3).update(target="other")
    with pytest.raises(CommandError, match="not whole: 1"):
        verified()


@pytest.mark.django_db
def test_a_trail_that_was_put_back_lacks_the_digest_that_was_noted_down(trail: Organization) -> None:
    with pytest.raises(CommandError):
        verified(organization=trail.name, expect="f" * 64)
    with pytest.raises(CommandError, match="no organisation"):
        verified(organization="אין כזה")


# -- the page of managers ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_manager_reads_who_did_what(browser: BrowserOf, manager: User, member: User) -> None:
    with tenant_scope(manager.organization_id):
        audit.record("member.approved", actor_id=manager.pk, target=member.pk)
        audit.record("department.created", actor_id=None, target="11")
    page = browser(manager)
    shown = page.get(PAGE).content.decode()
    assert "אושר חשבון" in shown
    assert "noa" in shown
    assert f'{member.display_name} ({member.username}) · <bdi dir="ltr">{member.pk}</bdi>' in shown
    for search in ("noa", str(member.pk), str(manager.pk)):
        found = page.get(PAGE, {"q": search}).content.decode()
        assert str(member.pk) in found
        assert found.count("field-number") == 1
    assert page.get(PAGE, {"action": "department.created"}).content.decode().count("field-number") == 1


@pytest.mark.django_db
def test_nobody_changes_an_entry(browser: BrowserOf, manager: User, trail: Organization) -> None:
    path = f"{PAGE}{entries(trail).first().pk}"
    page = browser(manager)
    assert page.get(f"{path}/change/").status_code == 200
    assert page.post(f"{path}/change/", {"target": "other"}).status_code == 403
    assert page.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    assert page.post(f"{PAGE}add/", {"target": "other"}).status_code == 403
    assert damage(trail) == (None, 0)


@pytest.mark.django_db
def test_the_page_checks_the_trail(browser: BrowserOf, manager: User, trail: Organization) -> None:
    page = browser(manager)
    assert "יומן הביקורת שלם. רשומות: 5" in page.post(f"{PAGE}verify/", follow=True).content.decode()
    entries(trail).filter(number=3).update(target="other")
    assert "רשומה 3 ביומן הביקורת שונתה." in page.post(f"{PAGE}verify/", follow=True).content.decode()
    assert page.get(f"{PAGE}verify/").status_code == 405


@pytest.mark.django_db
def test_the_file_can_be_computed_again_by_anybody(
    browser: BrowserOf, manager: User, trail: Organization
) -> None:
    page: Any = browser(manager)
    digest = audit.ORIGIN
    lines = b"".join(page.get(f"{PAGE}file.jsonl").streaming_content).decode().splitlines()
    for line in lines:
        *facts, said = json.loads(line)
        digest = hashlib.sha256(json.dumps([digest, *facts], ensure_ascii=False).encode()).hexdigest()
        assert digest == said
    assert [json.loads(line)[0] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert json.loads(lines[-1])[3] == "audit.exported"


@pytest.mark.django_db
def test_a_table_of_the_trail_holds_no_formula(
    browser: BrowserOf, manager: User, organization: Organization
) -> None:
    write(organization, 1, note="=HYPERLINK(1)")
    page: Any = browser(manager)
    written = b"".join(page.get(f"{PAGE}file.csv").streaming_content).decode()
    assert written.startswith("\ufeffמספר,")
    assert ",'=HYPERLINK(1)" in written
