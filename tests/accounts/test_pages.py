"""The Hebrew pages of an account, as a browser without script sees them."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.services.passwords import reset_credentials
from accounts.types import AccountStatus
from tests.builders import PASSWORD, make_user
from tests.conftest import BrowserOf

pytestmark = pytest.mark.django_db
NEW = "סיסמה חדשה לגמרי"
OPEN_PAGES = [
    "/accounts/login/",
    "/accounts/register/",
    "/accounts/pending/",
    "/accounts/password-reset/",
    "/accounts/password-reset/sent/",
    "/accounts/password-reset/done/",
]
OWN_PAGES = [
    "/accounts/profile/",
    "/accounts/password-change/",
    "/accounts/sign-ins/",
    "/accounts/second-step/state/",
    "/accounts/second-step/set-up/",
    "/accounts/second-step/codes/",
    "/accounts/second-step/take-away/",
]


def text_of(page: Any) -> str:
    return str(page.content.decode())


def log_in(client: Client, username: str = "dana", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"username": username, "password": password, **more})


# -- every page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OPEN_PAGES + OWN_PAGES)
def test_pages_are_hebrew_private_and_without_inline_code(
    browser: BrowserOf, member: User, path: str
) -> None:
    page = browser(member if path in OWN_PAGES else None).get(path)
    html = text_of(page)
    assert page.status_code == 200
    assert 'lang="he" dir="rtl"' in html
    assert "no-store" in page.headers["Cache-Control"]
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", html)
    assert re.search(r"<title>[^<]*[א-ת]", html)


@pytest.mark.parametrize("path", OPEN_PAGES + OWN_PAGES)
def test_pages_speak_english_to_who_chose_it(browser: BrowserOf, member: User, path: str) -> None:
    client = browser(member if path in OWN_PAGES else None)
    client.cookies["django_language"] = "en"
    html = text_of(client.get(path))
    assert 'lang="en" dir="ltr"' in html
    own_words = re.sub(
        r"<bdi>.*?</bdi>|<option.*?</option>|<button[^>]*lang=.*?</button>|value=\"[^\"]*\"", "", html
    )
    assert not re.search(r"[א-ת]", own_words)


@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_pages_send_strangers_to_the_login(client: Client, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, page.headers["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", OPEN_PAGES[:2] + OPEN_PAGES[3:4])
def test_latin_fields_are_left_to_right_and_described(client: Client, path: str) -> None:
    html = text_of(client.post(path, {}))
    inputs = re.findall(r"<input[^>]*>", html)
    latin = [tag for tag in inputs if re.search(r'name="(username|password|email)"', tag)]
    assert latin
    for tag in latin:
        assert 'dir="ltr"' in tag
        assert 'aria-invalid="true"' in tag
        described = re.search(r'aria-describedby="([^"]+)"', tag)
        assert described is not None
        for each in described[1].split():
            assert f'id="{each}"' in html
    assert html.count("autofocus") == 1
    for name in re.findall(r'id="(id_\w+)"', " ".join(latin)):
        assert f'<label for="{name}"' in html


# -- signing in ----------------------------------------------------------------------------------------------


def test_signing_in_leads_to_the_chat(client: Client, member: User) -> None:
    page = log_in(client)
    assert (page.status_code, page.headers["Location"]) == (302, "/")
    assert client.get("/accounts/profile/").status_code == 200
    assert client.get("/accounts/login/").headers["Location"] == "/"


def test_the_session_gets_a_new_key(client: Client, member: User) -> None:
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key or ""
    client.cookies["sessionid"] = planted
    log_in(client)
    assert client.session.session_key != planted


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/c/5/", "/c/5/"),
        ("/admin/?a=1", "/admin/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("https:evil.example", "/"),
        ("", "/"),
    ],
)
def test_next_stays_at_home(client: Client, member: User, wanted: str, to: str) -> None:
    assert log_in(client, next=wanted).headers["Location"] == to
    assert client.get("/accounts/login/", {"next": wanted}).headers["Location"] == to


def test_next_survives_a_wrong_password(client: Client, member: User) -> None:
    page = log_in(client, password="לא נכון", next="/c/5/")
    assert page.status_code == 200
    assert 'name="next" value="/c/5/"' in text_of(page)


def test_a_wrong_password_is_told_above_the_form(client: Client, member: User) -> None:
    wrong, unknown = text_of(log_in(client, password="לא נכון")), text_of(log_in(client, "nobody"))
    for html in (wrong, unknown):
        assert "שם המשתמש או הסיסמה אינם נכונים." in html
        assert PASSWORD not in html
    assert wrong.count("errorlist") == unknown.count("errorlist")


def test_waiting_people_get_a_page_of_their_own(client: Client) -> None:
    make_user("lea", status=AccountStatus.PENDING)
    page = log_in(client, "lea")
    assert (page.status_code, page.headers["Location"]) == (302, "/accounts/pending/")
    assert "sessionid" not in client.cookies
    assert "ממתין לאישור" in text_of(client.get("/accounts/pending/"))


def test_deactivated_people_are_told(client: Client) -> None:
    make_user("lea", status=AccountStatus.DEACTIVATED)
    assert "החשבון אינו פעיל." in text_of(log_in(client, "lea"))


def test_too_many_attempts_are_told_with_a_time(client: Client, member: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": (1, 60)}
    log_in(client, password="לא נכון")
    page = log_in(client)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "בקשות רבות מדי" in text_of(page) or "יותר מדי" in text_of(page)


def test_signing_out_is_a_deed_not_a_link(browser: BrowserOf, member: User) -> None:
    page = browser(member)
    assert page.get("/accounts/logout/").status_code == 405
    answer = page.post("/accounts/logout/")
    assert answer.headers["Location"] == "/accounts/login/"
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert page.get("/accounts/profile/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/logout/", "/accounts/register/", "/accounts/profile/"]
)
def test_forms_need_their_csrf_token(member: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.post(path, {"username": "dana", "password": PASSWORD}).status_code == 403


# -- one's own account ---------------------------------------------------------------------------------------


def test_the_profile_can_be_changed(browser: BrowserOf, member: User) -> None:
    page = browser(member)
    wanted = {"display_name": "דנה לוי", "language": "en", "email": member.email, "current_password": ""}
    answer = page.post("/accounts/profile/", wanted, follow=True)
    assert "The profile was saved." in text_of(answer)
    member.refresh_from_db()
    assert (member.display_name, member.language) == ("דנה לוי", "en")


def test_the_profile_offers_the_language_that_its_page_is_in(browser: BrowserOf, member: User) -> None:
    page = browser(member)
    page.post("/language/", {"language": "en", "next": "/accounts/profile/"})
    assert '<option value="en" selected>' in text_of(page.get("/accounts/profile/"))


def test_another_address_needs_the_password(browser: BrowserOf, member: User) -> None:
    wanted = {
        "display_name": "",
        "language": "he",
        "email": "new@example.test",
        "current_password": "לא נכון",
    }
    assert "הסיסמה הנוכחית אינה נכונה." in text_of(browser(member).post("/accounts/profile/", wanted))
    wanted["current_password"] = ""
    page = text_of(browser(member).post("/accounts/profile/", wanted))
    assert "נדרשת הסיסמה הנוכחית." in page
    assert re.search(r'name="current_password"[^>]*autofocus', page)
    member.refresh_from_db()
    assert member.email == "dana@example.test"


def test_changing_the_password_keeps_this_browser_and_ends_the_others(
    browser: BrowserOf, member: User
) -> None:
    here, elsewhere = browser(member), browser(member)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert "הסיסמה הוחלפה" in text_of(here.post("/accounts/password-change/", body, follow=True))
    assert here.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302


# -- choosing a new password ---------------------------------------------------------------------------------


def test_asking_for_a_link_tells_nothing(client: Client, member: User) -> None:
    pages = [
        client.post("/accounts/password-reset/", {"email": email}, follow=True)
        for email in (member.email, "nobody@example.test")
    ]
    known, unknown = (re.sub(r'value="[^"]{64}"', "", text_of(page)) for page in pages)  # CSRF tokens vary
    assert known == unknown
    assert pages[0].redirect_chain == [("/accounts/password-reset/sent/", 302)]
    assert mail.outbox == []  # the relay sends it


def test_the_link_opens_a_form_that_works_once(client: Client, member: User, outsider: User) -> None:
    client.force_login(outsider)  # whoever is signed in on this computer
    path = "/accounts/password-reset/{}/{}/".format(*reset_credentials(member))
    assert "dana" in text_of(client.get(path))
    assert "קצרה" in text_of(client.post(path, {"new_password": "קצרה"}))
    assert client.post(path, {"new_password": NEW}).headers["Location"] == "/accounts/password-reset/done/"
    assert log_in(Client(), password=NEW).status_code == 302
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("path", ["x/y", "AAAA/bbb-ccc", "%D7%90/%D7%91"])
def test_what_is_no_link_gets_a_page_that_helps(client: Client, path: str) -> None:
    page = client.get(f"/accounts/password-reset/{path}/")
    assert page.status_code == 400
    assert "/accounts/password-reset/" in text_of(page)
