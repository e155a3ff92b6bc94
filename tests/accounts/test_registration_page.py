"""The page for opening an account, as a browser without script sees it."""

from typing import Any

import pytest
from django.test import Client

from accounts.access import actor_of
from accounts.models import User
from accounts.services.invitations import Offer, create_invitation

pytestmark = pytest.mark.django_db
NEWCOMER = {
    "organization": "חברה חדשה",
    "username": "rivka",
    "email": "rivka@example.test",
    "password": "סיסמה טובה מאוד",
}


def test_registering_a_new_organisation_signs_in(client: Client) -> None:
    assert client.post("/accounts/register/", NEWCOMER).headers["Location"] == "/"
    assert "חברה חדשה" in text_of(client.get("/accounts/profile/"))
    assert User.directory.get(username="rivka").role == "manager"


def test_registering_into_an_existing_one_waits(client: Client, member: User) -> None:
    page = client.post("/accounts/register/", {**NEWCOMER, "organization": "אופק"})
    assert page.headers["Location"] == "/accounts/pending/"
    assert "sessionid" not in client.cookies


def test_an_invitation_link_asks_for_no_organisation(client: Client, manager: User) -> None:
    _invitation, token = create_invitation(actor=actor_of(manager), offer=Offer())
    html = text_of(client.get("/accounts/register/", {"invitation": token}))
    assert 'name="organization"' not in html
    assert f'value="{token}"' in html
    body = {**NEWCOMER, "invitation": token}
    assert client.post("/accounts/register/", body).headers["Location"] == "/"
    assert User.directory.get(username="rivka").organization_id == manager.organization_id


@pytest.mark.parametrize("policy", ["invite", "closed"])
def test_where_registration_is_not_open_there_is_no_form(client: Client, settings: Any, policy: str) -> None:
    settings.REGISTRATION = policy
    for page in (client.get("/accounts/register/"), client.post("/accounts/register/", NEWCOMER)):
        assert page.status_code == 403
        assert '<form class="form"' not in text_of(page)
    assert "/accounts/register/" not in text_of(client.get("/accounts/login/"))
    assert not User.directory.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "dana", "שם המשתמש תפוס."),
        ("password", "password", "נפוצה"),
        ("invitation", "x" * 43, "ההזמנה אינה תקינה"),
        ("organization", "Sicha platform", "אינו זמין"),
        ("email", "nobody", "דואר"),
    ],
)
def test_what_is_refused_is_told_in_the_form(
    client: Client, member: User, field: str, value: str, words: str
) -> None:
    page = client.post("/accounts/register/", {**NEWCOMER, field: value})
    assert page.status_code == 200
    assert words in text_of(page)
    assert NEWCOMER["password"] not in text_of(page)
    assert not User.directory.filter(username="rivka").exists()


def text_of(page: Any) -> str:
    return str(page.content.decode())
