"""`manage.py create_operator`: the first person of the platform."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization, User
from tests.builders import make_user
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db
PASSWORD = "מילים ארוכות מאוד"


def create(monkeypatch: pytest.MonkeyPatch, *options: str, typed: str = "") -> str:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    call_command("create_operator", *options, stdout=out)
    return out.getvalue()


def test_it_makes_the_platforms_organisation_and_its_operator(
    monkeypatch: pytest.MonkeyPatch, api: ApiClientOf
) -> None:
    options = ("--username", "root", "--email", "root@example.test", "--password-stdin")
    create(monkeypatch, *options, typed=f"{PASSWORD}\n")
    operator = User.directory.get(username="root")
    assert (operator.role, operator.status) == ("operator", "active")
    assert operator.organization == Organization.objects.get(is_platform=True)
    login = {"username": "root", "password": PASSWORD}
    assert api().post("/login", login, format="json").status_code == 200


def test_it_prints_the_password_that_it_generates(monkeypatch: pytest.MonkeyPatch, api: ApiClientOf) -> None:
    printed = create(monkeypatch, "--username", "root", "--email", "root@example.test")
    password = printed.split("Password: ")[1].splitlines()[0]
    assert len(password) >= 20
    login = {"username": "root", "password": password}
    assert api().post("/login", login, format="json").status_code == 200


def test_a_second_operator_joins_the_same_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        create(monkeypatch, "--username", name, "--email", f"{name}@example.test")
    assert Organization.objects.filter(is_platform=True).count() == 1


@pytest.mark.parametrize(
    ("options", "typed", "reason"),
    [
        ((), "", "needed"),
        (("--username", "dana", "--email", "d@example.test"), "", "taken"),
        (("--username", "two words", "--email", "d@example.test"), "", "valid"),
        (("--username", "root", "--email", "nobody"), "", "valid"),
        (("--username", "root", "--email", "d@example.test", "--password-stdin"), "short\n", "short"),
        (("--username", "root", "--email", "d@example.test", "--password-stdin"), "", "short"),
    ],
)
def test_it_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], typed: str, reason: str
) -> None:
    from django.utils import translation

    make_user("dana")
    with translation.override("en"), pytest.raises(CommandError, match=reason):
        create(monkeypatch, *options, typed=typed)
    assert not User.directory.filter(role="operator").exists()


def test_it_asks_where_there_is_somebody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = iter(["root", "root@example.test"])
    commands: Any = "accounts.management.commands.create_operator"
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    monkeypatch.setattr(f"{commands}.getpass", lambda _question: PASSWORD)
    call_command("create_operator", stdout=io.StringIO())
    assert User.directory.get(username="root").role == "operator"
