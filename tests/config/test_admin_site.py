"""The admin opens to active managers and operators, speaks Hebrew, and has no door of its own."""

import json
import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.types import AccountStatus

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_nobody_is_sent_to_the_log_in_page_and_back(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_it_has_no_log_in_form_of_its_own(client: Client) -> None:
    answer = client.post("/admin/login/", {"username": "noa", "password": "guess"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_managers_and_operators_come_in(manager: User, operator: User) -> None:
    assert signed_in(manager).get("/admin/").status_code == 200
    assert signed_in(operator).get("/admin/").status_code == 200


def test_a_member_is_refused_and_not_asked_to_log_in_again(member: User) -> None:
    answer = signed_in(member).get("/admin/", follow=True)
    assert answer.status_code == 403


def test_a_manager_who_was_deactivated_is_shut_out(manager: User) -> None:
    client = signed_in(manager)
    User.directory.filter(pk=manager.pk).update(status=AccountStatus.DEACTIVATED)
    assert client.get("/admin/").status_code == 302


def test_its_log_in_page_leads_those_on_who_are_in(manager: User) -> None:
    assert signed_in(manager).get("/admin/login/")["Location"] == "/admin/"


def test_it_is_hebrew_and_reads_from_the_right(manager: User) -> None:
    page = signed_in(manager).get("/admin/", headers={"Accept-Language": "en-US"}).content.decode()
    assert 'lang="he" dir="rtl"' in page
    assert "ניהול שיחה" in page
    assert "Django" not in page


def test_its_pages_need_no_inline_script_or_style(manager: User) -> None:
    answer = signed_in(manager).get("/admin/accounts/user/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))|\sonclick=|\sstyle=", page)
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_its_scripts_speak_hebrew_too(manager: User) -> None:
    script = signed_in(manager).get("/admin/jsi18n/").content.decode()
    assert json.dumps("נבחרו %(sel)s מתוך %(cnt)s") in script
