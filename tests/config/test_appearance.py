"""Light and dark, the manifest, the page without network, the accessibility statement: for everybody."""

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ('"><script>', "system")])
def test_the_look_is_remembered_and_written_into_the_page(chosen: str, kept: str) -> None:
    client = Client()
    response = client.post("/theme/", {"theme": chosen, "next": "/accounts/login/"})
    assert response.headers["Location"] == "/accounts/login/"
    assert f'data-theme="{kept}"' in client.get("/accounts/login/").content.decode()


def test_a_cookie_of_another_hand_is_the_system_look() -> None:
    client = Client()
    client.cookies["theme"] = "neon"
    assert 'data-theme="system"' in client.get("/accounts/login/").content.decode()


def test_the_choice_leads_to_no_other_site() -> None:
    response = Client().post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_the_manifest_speaks_the_readers_language_and_names_icons() -> None:
    body = json.loads(Client().get("/manifest.webmanifest").content)
    assert (body["lang"], body["dir"], body["name"]) == ("he", "rtl", "שיחה")
    assert {icon["purpose"] for icon in body["icons"]} == {"any", "maskable"}


def test_the_worker_keeps_the_offline_page_and_styles_alone() -> None:
    response = Client().get("/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    shell = json.loads(response.content.decode().split("= ", 1)[1].split(";\n", 1)[0])
    assert shell[0] == "/offline/"
    assert all("/css/" in url or "/img/" in url for url in shell[1:])


def test_the_offline_page_knows_nobody() -> None:
    html = Client().get("/offline/").content.decode()
    assert "אין חיבור לרשת כרגע" in html
    assert "csrfmiddlewaretoken" not in html


def test_the_statement_names_who_answers_for_accessibility(settings: Any) -> None:
    settings.ACCESSIBILITY_CONTACT = "דנה כהן, 03-1234567"
    assert "דנה כהן, 03-1234567" in Client().get("/accessibility/").content.decode()
