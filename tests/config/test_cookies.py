"""Cookies of an installation with HTTPS: for this very host, on encrypted ways, and no script's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from tools.check import production_settings

ROOT = Path(__file__).resolve().parents[2]
# Signs in on the page, in a process of its own: the names of cookies are settings.
SIGN_IN = """
import json, re
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
from tests.builders import PASSWORD, make_user
make_user("dana")
https = {"secure": True, "headers": {"host": "localhost"}}
client = Client(enforce_csrf_checks=True)
page = client.get("/accounts/login/", **https).content.decode()
token = re.search(r'name="csrfmiddlewaretoken" value="(\\w+)"', page)[1]
form = {"username": "dana", "password": PASSWORD, "csrfmiddlewaretoken": token}
referer = {"headers": {"host": "localhost", "referer": "https://localhost/accounts/login/"}}
signed_in = client.post("/accounts/login/", form, **{**https, **referer})
cookies = {name: {key: cookie[key] for key in ("secure", "httponly", "samesite", "path", "domain")}
           for name, cookie in client.cookies.items()}
print(json.dumps([signed_in.status_code, client.get("/", **https).status_code, cookies]))
"""


def signed_in(home: Path) -> tuple[int, int, dict[str, Any]]:
    """Return the status of signing in, that of the chat afterwards, and the cookies of both."""
    secrets = {name: production_settings()[name] for name in ("SECRET_KEY", "JWT_SIGNING_KEY")}
    environment = {**os.environ, **secrets, "TMPDIR": str(home), "HTTPS": "true"}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": ""}
    command = [sys.executable, "-c", SIGN_IN]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    status, chat, cookies = json.loads(done.stdout.splitlines()[-1])
    return status, chat, cookies


def test_under_https_they_belong_to_this_host_alone(tmp_path: Path) -> None:
    status, chat, cookies = signed_in(tmp_path)
    assert (status, chat) == (302, 200)
    session, token = cookies["__Host-sessionid"], cookies["__Host-csrftoken"]
    assert not {"sessionid", "csrftoken"} & set(cookies)
    for cookie in (session, token):
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"
    assert session["httponly"] is True


def test_without_it_they_have_plain_names() -> None:
    assert (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME) == ("sessionid", "csrftoken")


def test_the_interface_of_the_documents_finds_its_token_under_either_name() -> None:
    script = (ROOT / "static/docs/swagger.js").read_text(encoding="utf-8")
    assert "(?:__Host-)?csrftoken=" in script
