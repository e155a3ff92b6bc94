"""What somebody would try first is refused, however it is dressed up; what is long and one's own is not."""

from typing import Any

import pytest

from accounts.guessable import is_guessable
from accounts.models import User
from tests.accounts.conftest import Register
from tests.builders import PASSWORD
from tests.conftest import ApiClientOf

CONTEXT = ("עיריית אופק", "dana.cohen", "דנה כהן")


@pytest.mark.parametrize(
    "password",
    [
        *(
            "סיסמה123",
            "סיסמא2024!",
            "שלום12345",
            "שלום עולם",
            "שָׁלוֹם!!!!",
            "ישראל1948",
            "עם ישראל חי",
            "אני אוהב אותך",
        ),
        *("password1!", "P@ssw0rd2025", "Welcome2026", "admin!!!!1", "Jerusalem1", "iloveyou99", "_letmein_"),
        *("akuo1234", "xhxnt123", "פשדד'םרג2024"),  # the keyboard was in the other language
        *("אבגדהוזח", "שדגכעיחל", "qwertyui", "1qaz2wsx", "87654321", "אאאאאאאא", "ababababab", "חטיחטיחטי"),
        *("כלב כלב כלב", "אמאאמאאמא1", "מכבי תל אביב", "maccabi2026", 'צה"ל2024'),
        *("עיריית אופק 2026", "Dana.Cohen!1", "דנה-כהן-7"),
    ],
)
def test_what_everybody_would_try_is_guessable(password: str) -> None:
    assert is_guessable(password, context=CONTEXT)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "סיסמה טובה מאוד",
        "שלום לך ארץ נהדרת",
        "three wooden boats",
        "xK9#mQ2$vL",
        "גמל שלמה בחצר 7",
        "ק7!םט9@ל",
    ],
)
def test_what_is_ones_own_is_not(password: str) -> None:
    assert not is_guessable(password, context=CONTEXT)


@pytest.mark.django_db
def test_it_is_refused_wherever_a_password_is_chosen(
    register: Register, api: ApiClientOf, member: User
) -> None:
    body = {"current_password": PASSWORD, "new_password": "שלום12345"}
    answers: list[Any] = [
        register(password="סיסמה2024!"),
        register(password="rivka-1990!"),
        api(member).post("/api/v1/password/change", body, format="json"),
        api(member).post("/api/v1/password/change", {**body, "new_password": "דנה כהן 26"}, format="json"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(400, "password_weak")] * 4
