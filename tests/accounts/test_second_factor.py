"""The second step of signing in: a code of an app, or a recovery code, each good once."""

import re
import time
from typing import Any

import pytest
from django.test import Client

from accounts import one_time_codes as codes
from accounts.access import actor_of
from accounts.models import AuditEntry, SecondFactor, User
from accounts.selectors import choices_of
from accounts.services import organizations, second_factor
from accounts.services.invitations import Offer, create_invitation
from accounts.services.members import reset_second_factor
from accounts.tenancy import tenant_scope
from accounts.types import Choices
from tests.builders import PASSWORD
from tests.conftest import ApiClientOf, BrowserOf

pytestmark = pytest.mark.django_db
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SECRET = codes.new_secret()
LOGIN, STEP, SET_UP = "/accounts/login/", "/accounts/second-step/", "/accounts/second-step/set-up/"


def now_step() -> int:
    return int(time.time()) // codes.STEP_SECONDS


def app(secret: str = SECRET, *, later: int = 1) -> str:
    """Return what an app shows some half minutes later: setting up has used up the present one."""
    return codes.code_at(secret, now_step() + later)


@pytest.fixture
def recovery(member: User) -> list[str]:
    """Give the member an app with SECRET; return the recovery codes."""
    return second_factor.set_up(user=member, secret=SECRET, code=app(later=0))


def between(member: User) -> Client:
    """Return a browser whose password was right."""
    client = Client()
    answer = client.post(LOGIN, {"username": member.username, "password": PASSWORD, "next": "/readings/"})
    assert answer.headers["Location"] == STEP
    return client


def login(api: ApiClientOf, member: User, **more: str) -> Any:
    return api().post("/login", {"username": member.username, "password": PASSWORD, **more}, format="json")


@pytest.mark.parametrize(
    ("at", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(at: int, digits: str) -> None:
    assert codes.code_at(RFC_SECRET, at // codes.STEP_SECONDS) == digits


@pytest.mark.parametrize(
    ("off", "after", "found"),
    [(-2, 0, False), (-1, 0, True), (0, 0, True), (1, 0, True), (2, 0, False), (0, 100, False)],
)
def test_clocks_may_differ_by_half_a_minute(off: int, after: int, found: bool) -> None:
    code = codes.code_at(RFC_SECRET, 100 + off)
    step = codes.step_of(RFC_SECRET, code, at=100 * codes.STEP_SECONDS, after=after)
    assert (step is not None) is found


@pytest.mark.parametrize("written", ["abcd-efgh", "ABCD EFGH", " ａbcd‑efgh\u200f"])
def test_what_stands_between_the_signs_of_a_code_does_not_count(written: str) -> None:
    assert codes.tidy_code(written) == "abcdefgh"


def test_a_page_lets_in_by_password_and_code(member: User, recovery: list[str]) -> None:
    client = between(member)
    assert client.get("/").status_code == 302  # not yet
    wrong = client.post(STEP, {"code": "000000"})
    assert "הקוד" in wrong.content.decode()
    before = client.cookies["sessionid"].value
    answer = client.post(STEP, {"code": app()})
    assert answer.headers["Location"] == "/readings/"
    assert client.cookies["sessionid"].value != before
    assert client.get("/").status_code == 200


def test_a_program_sends_the_code_along(api: ApiClientOf, member: User, recovery: list[str]) -> None:
    missing, wrong = login(api, member), login(api, member, code="123")
    assert (missing.status_code, missing.json()["code"]) == (401, "code_needed")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "code_wrong")
    assert login(api, member, code=app()).status_code == 200


@pytest.mark.parametrize("kind", ["digits", "recovery"])
def test_every_code_is_good_once(api: ApiClientOf, member: User, recovery: list[str], kind: str) -> None:
    code = app() if kind == "digits" else recovery[0].upper().replace("-", " ")
    assert login(api, member, code=code).status_code == 200
    assert login(api, member, code=code).json()["code"] == "code_wrong"
    assert second_factor.codes_left(actor=actor_of(member)) == (10 if kind == "digits" else 9)


def test_five_wrong_codes_are_enough(api: ApiClientOf, member: User, recovery: list[str]) -> None:
    statuses = [login(api, member, code="000000").status_code for _ in range(6)]
    assert statuses == [400] * 5 + [429]
    assert login(api, member, code=app()).status_code == 429


def test_a_wrong_password_tells_nothing_of_the_second_step(
    api: ApiClientOf, member: User, other_member: User, recovery: list[str]
) -> None:
    said = [
        api()
        .post("/login", {"username": each.username, "password": "no", "code": app()}, format="json")
        .json()
        for each in (member, other_member)
    ]
    assert said[0] == said[1]
    assert said[0]["code"] == "invalid_credentials"


def test_neither_secret_nor_recovery_codes_can_be_read_in_the_database(
    member: User, recovery: list[str]
) -> None:
    with tenant_scope(member.organization_id):
        row = SecondFactor.objects.get()
    kept = f"{row.secret} {row.recovery_digests}"
    assert SECRET not in kept
    assert not [code for code in recovery if code in kept or codes.tidy_code(code) in kept]


def test_a_new_password_ends_what_waits_between_the_steps(member: User, recovery: list[str]) -> None:
    client = between(member)
    User.directory.filter(pk=member.pk).update(session_version=5)
    assert client.post(STEP, {"code": app()}).headers["Location"] == LOGIN


def test_nobody_comes_to_the_second_step_without_the_first(db: None) -> None:
    for path in (STEP, SET_UP):
        assert Client().get(path).headers["Location"].startswith(LOGIN)
        assert Client().post(path, {"code": "123456"}).headers["Location"].startswith(LOGIN)


def offered(page: str) -> str:
    found = re.search(r'class="steps__key"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def test_an_app_is_set_up_from_the_profile_and_taken_away_again(browser: BrowserOf, member: User) -> None:
    client = browser(member)
    secret = offered(client.get(SET_UP).content.decode())
    data = {"code": codes.code_at(secret, now_step()), "current_password": "wrong"}
    assert second_factor.need_of(member) == "nothing"
    client.post(SET_UP, data)
    assert second_factor.need_of(member) == "nothing"
    told = client.post(SET_UP, {**data, "current_password": PASSWORD}).content.decode()
    assert len(re.findall(r"<code>(?:[a-z2-7]{4}-){5}[a-z2-7]{4}</code>", told)) == 10
    assert 'data-action="print"' in told
    assert second_factor.need_of(member) == "code"
    again = client.post("/accounts/second-step/codes/", {"current_password": PASSWORD}).content.decode()
    assert len(set(re.findall(r"<code>(.{29})</code>", told + again))) == 20
    client.post("/accounts/second-step/take-away/", {"current_password": PASSWORD})
    assert second_factor.need_of(member) == "nothing"


def test_who_has_used_all_recovery_codes_is_told(
    browser: BrowserOf, member: User, recovery: list[str]
) -> None:
    with tenant_scope(member.organization_id):
        SecondFactor.objects.update(recovery_digests=[])
    assert "לא נותרו קודי שחזור." in browser(member).get("/accounts/second-step/state/").content.decode()


def test_an_organisation_that_demands_it_signs_out_who_has_none(
    api: ApiClientOf, browser: BrowserOf, member: User, manager: User, outsider: User
) -> None:
    page, elsewhere = browser(member), browser(outsider)
    second_factor.set_up(user=manager, secret=SECRET, code=app(later=0))
    boss = browser(manager)
    organizations.choose(actor=actor_of(manager), choices=Choices(demands_second_factor=True))
    assert choices_of(organization_id=member.organization_id).demands_second_factor
    assert [client.get("/").status_code for client in (page, elsewhere, boss)] == [302, 200, 200]
    assert login(api, member).json()["code"] == "second_factor_missing"
    page = Client()
    answer = page.post(LOGIN, {"username": member.username, "password": PASSWORD})
    assert answer.headers["Location"] == SET_UP
    assert page.get("/").status_code == 302
    secret = offered(page.get(SET_UP).content.decode())
    page.post(SET_UP, {"code": codes.code_at(secret, now_step())})
    assert page.get("/").status_code == 200
    page.post("/accounts/second-step/take-away/", {"current_password": PASSWORD})
    assert second_factor.need_of(member) == "code"


def test_who_is_invited_there_gets_no_tokens_before(api: ApiClientOf, manager: User) -> None:
    organizations.choose(actor=actor_of(manager), choices=Choices(demands_second_factor=True))
    _row, token = create_invitation(actor=actor_of(manager), offer=Offer())
    said = {"username": "new", "password": "סיסמה טובה מאוד", "email": "n@example.test", "invitation": token}
    answer = api().post("/api/v1/register", said, format="json").json()
    assert (answer["status"], answer.get("access")) == ("active", None)


def test_a_manager_takes_a_lost_app_away(
    api: ApiClientOf, member: User, manager: User, outside_manager: User, recovery: list[str]
) -> None:
    path = f"/api/v1/members/{member.pk}/second-factor"
    assert api(outside_manager).delete(path).status_code == 404
    assert api(manager).delete(f"/api/v1/members/{manager.pk}/second-factor").status_code == 409
    reset_second_factor(actor=actor_of(manager), member_id=member.pk)
    assert login(api, member).status_code == 200
    with tenant_scope(member.organization_id):
        assert AuditEntry.objects.filter(action="factor.reset", target=str(member.pk)).exists()


def test_another_key_of_the_installation_reads_and_hides_the_secrets_anew(
    api: ApiClientOf, member: User, recovery: list[str], settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another key of the installation",
    )
    second_factor.hide_secrets_anew()
    settings.SECRET_KEY_FALLBACKS = []
    assert login(api, member, code=app()).status_code == 200
