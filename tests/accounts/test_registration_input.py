"""What registration does not take, and how it says so."""

from typing import Any

import pytest

from accounts.models import AuditEntry, User
from accounts.tenancy import tenant_scope
from tests.accounts.conftest import ACCOUNT, Register
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(field, None) for field in ACCOUNT],
        *[(field, "") for field in ACCOUNT],
        *[(field, bad) for field in ACCOUNT for bad in (7, True, ["a"], {"a": 1}, "a\0b")],
        ("username", "two words"),
        ("username", "x" * 151),
        ("username", "a\u202eb"),
        ("email", "nobody"),
        ("email", "x" * 250 + "@example.test"),
        ("organization", "x" * 201),
        ("organization", "\u202e\u2066"),
        ("display_name", 5),
        ("language", "fr"),
        ("invitation", ["x"]),
    ],
)
def test_bad_input_is_named_by_its_field(register: Register, field: str, value: Any) -> None:
    answer = register(**{field: value})
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] in {"invalid_input", "empty_text"}
    assert field in problem["details"].get("fields", {problem["details"].get("field"): ""})
    assert not User.directory.exists()


@pytest.mark.parametrize("field", ["username", "display_name"])
@pytest.mark.parametrize("name", ["d\u0430na", "\u0397ellen", "Anna-\u041c\u0430ria", "\u03bfrna"])
def test_a_name_of_letters_that_look_alike_is_refused(register: Register, field: str, name: str) -> None:
    answer = register(**{field: name})
    assert (answer.status_code, answer.json()["code"]) == (400, "name_confusing")
    assert answer.json()["details"] == {"field": field}
    assert not User.directory.exists()


@pytest.mark.parametrize(
    "name", ["נועה Levi", "דנה-Cohen", "Иосиф", "יוסי Иосиф", "Ελένη", "José", "محمد Ali", "O'Neil"]
)
def test_an_ordinary_name_is_taken_in_whatever_script(register: Register, name: str) -> None:
    answer = register(display_name=name)
    assert answer.status_code == 201, answer.json()


@pytest.mark.parametrize("body", ["[1]", "null", '"text"'])
def test_a_body_that_is_no_object_is_refused_in_hebrew_alone(api: ApiClientOf, body: str) -> None:
    answer = api().post("/register", body, content_type="application/json", headers={"Accept-Language": "he"})
    said = str(answer.json()["details"]["fields"])
    assert "אובייקט" in said
    assert not {"list", "str", "data", "provided"} & set(said.split())


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "invalid_json"),
        ("[" * 100_000, "application/json", 400, "invalid_json"),
        ("[1]", "application/json", 400, "invalid_input"),
        ('"text"', "application/json", 400, "invalid_input"),
        ("null", "application/json", 400, "invalid_input"),
        ("username=a", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("<a/>", "text/xml", 415, "unsupported_media_type"),
        ('{"username": "\\ud800", "password": "x"}', "application/json", 400, "invalid_input"),
    ],
)
@pytest.mark.parametrize("path", ["/register", "/api/v1/login", "/api/v1/refresh", "/api/v1/password/reset"])
def test_only_json_objects_are_taken(
    api: ApiClientOf, path: str, body: str, kind: str, status: int, code: str
) -> None:
    answer = api().post(path, body, content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "password", ["קצרה", "12345678", "password", "rivka@example.test", "x" * 257], ids=lambda word: word[:20]
)
def test_weak_passwords_are_refused_with_reasons(register: Register, password: str) -> None:
    answer = register(password=password)
    assert (answer.status_code, answer.json()["code"]) == (400, "password_weak")
    assert answer.json()["details"]["fields"]["password"]


@pytest.mark.parametrize("password", ["סיסמהבעברית" * 4, "גמל ח" * 51 + "א", "aabb ccdd", "   צירוף   "])
def test_long_hebrew_passwords_work_and_every_letter_counts(
    register: Register, api: ApiClientOf, password: str
) -> None:
    assert register(password=password).status_code == 201
    login = {"username": "rivka", "password": password}
    assert api().post("/login", login, format="json").status_code == 200
    login["password"] = password[:-1] + "ב"
    assert api().post("/login", login, format="json").status_code == 401


def test_refusals_speak_the_callers_language(register: Register, api: ApiClientOf) -> None:
    register()
    english = api().post("/register", ACCOUNT, format="json", headers={"Accept-Language": "en"})
    hebrew = api().post("/register", ACCOUNT, format="json", headers={"Accept-Language": "he-IL,en;q=0.5"})
    assert english.json()["message"] == "This username is taken."
    assert hebrew.json()["message"] == "שם המשתמש תפוס."
    assert english.json()["code"] == hebrew.json()["code"]


def test_registering_is_limited_by_address(register: Register, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "register_address": (2, 60)}
    assert [register(username=f"person{n}").status_code for n in range(3)] == [201, 201, 429]
    refused = register(username="person4")
    assert refused.json()["code"] == "rate_limited"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_a_registration_is_on_the_audit_trail(register: Register) -> None:
    body = register().json()
    with tenant_scope(body["organization"]["id"]):
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("account.created", body["user"]["id"])
