"""What managers choose for everybody in their organisation."""

from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import AuditEntry, Organization, OrganizationSettings, User
from accounts.selectors import choices_of
from accounts.services.organizations import choose, settings_row
from accounts.tenancy import tenant_scope
from accounts.types import Choices, Tone
from tests.conftest import BrowserOf

pytestmark = pytest.mark.django_db
PAGE = "/admin/accounts/organizationsettings/"


def test_until_somebody_chooses_the_defaults_hold(organization: Organization) -> None:
    assert choices_of(organization_id=organization.pk) == Choices(masks_personal_data=False)
    with tenant_scope(organization.pk):
        assert not OrganizationSettings.objects.exists()


def test_a_manager_chooses_in_the_admin(
    browser: BrowserOf, manager: User, other_organization: Organization
) -> None:
    page: Any = browser(manager)
    form = page.get(PAGE, follow=True)
    assert form.status_code == 200
    assert "הסתרת מידע אישי ממודל השפה" in form.content.decode()
    saved = page.post(
        form.redirect_chain[-1][0], {"masks_personal_data": "on", "tone": "formal"}, follow=True
    )
    assert saved.status_code == 200
    chosen = choices_of(organization_id=manager.organization_id)
    assert (chosen.masks_personal_data, chosen.tone) == (True, Tone.FORMAL)
    assert not choices_of(organization_id=other_organization.pk).masks_personal_data


def test_each_change_stands_in_the_trail(manager: User) -> None:
    for masks in (True, True, False):
        choose(actor=actor_of(manager), choices=Choices(masks_personal_data=masks))
    with tenant_scope(manager.organization_id):
        written = [*AuditEntry.objects.order_by("number").values_list("action", "target", "actor_id")]
    assert written == [
        ("settings.changed", "masks_personal_data=True", manager.pk),
        ("settings.changed", "masks_personal_data=False", manager.pk),
    ]


def test_nobody_else_sees_them(
    browser: BrowserOf, manager: User, member: User, operator: User, outside_manager: User
) -> None:
    row = settings_row(organization_id=manager.organization_id)
    for person in (member, operator):
        assert browser(person).get(PAGE, follow=True).status_code == 403
    answer = browser(outside_manager).post(f"{PAGE}{row.pk}/change/", {"masks_personal_data": "on"})
    assert answer.status_code == 302
    assert not choices_of(organization_id=manager.organization_id).masks_personal_data
