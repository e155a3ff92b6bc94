"""A service is switched on by its URL; a setting that cannot be honoured is an error."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env, services


def test_a_postgresql_url_becomes_a_pooled_database(tmp_path: Path) -> None:
    url = "postgresql://ada:p%40ss@db.example:6432/sicha?sslmode=require"
    database = services.database(url, home=tmp_path, connections=12)
    assert database["ENGINE"] == "config.kernel.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "6432", "sicha")
    assert (database["USER"], database["PASSWORD"]) == ("ada", "p@ss")
    assert database["OPTIONS"]["pool"]["max_size"] == 12
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["CONN_MAX_AGE"] == 0


def test_postgresql_gives_up_what_takes_too_long_and_0_is_no_limit(tmp_path: Path) -> None:
    def options(*patience: int) -> Any:
        limits = services.Patience(*patience)
        url = "postgresql://db.example/sicha"
        found = services.database(url, home=tmp_path, connections=1, patience=limits)
        return found["OPTIONS"].get("options")

    assert options(30, 10, 60) == (
        "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    )
    assert options(0, 10, 0) == "-c lock_timeout=10s"
    assert options(0, 0, 0) is None


def test_a_pooler_of_transactions_is_asked_for_nothing_that_outlives_one(tmp_path: Path) -> None:
    url, patience = "postgresql://db.example:6432/sicha", services.Patience(30, 10, 60)
    pooled = services.database(url, home=tmp_path, connections=1, patience=patience, pooler=True)
    assert "options" not in pooled["OPTIONS"]
    assert pooled["DISABLE_SERVER_SIDE_CURSORS"]


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://", "postgresql://host", "nonsense"])
def test_another_database_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured):
        services.database(url, home=tmp_path, connections=1)


def test_redis_serves_cache_and_signals() -> None:
    assert services.cache("redis://r:6379/0")["LOCATION"] == "redis://r:6379/0"
    assert "pubsub" in services.channel_layer("redis://r:6379/0")["BACKEND"]


def test_buckets_have_timeouts(tmp_path: Path) -> None:
    storage = services.storage("http://minio:9000", bucket="b", folder=tmp_path, options={"access_key": "k"})
    assert storage["OPTIONS"]["client_config"].connect_timeout <= 5
    assert storage["OPTIONS"]["bucket_name"] == "b"


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://u:p@mail.example", 587, False, False),
        ("smtp://u:p@mail.example:2525?tls=true", 2525, False, True),
        ("smtps://u:p@mail.example", 465, True, False),
    ],
)
def test_mail_goes_to_its_server(url: str, port: int, ssl: bool, tls: bool) -> None:
    mail = services.mail(url)
    assert (mail.host, mail.port, mail.use_ssl, mail.use_tls) == ("mail.example", port, ssl, tls)


def test_without_urls_everything_is_embedded(tmp_path: Path) -> None:
    assert "sqlite3" in services.database("", home=tmp_path, connections=1)["ENGINE"]
    assert "locmem" in services.cache("")["BACKEND"]
    assert "console" in services.mail("").backend


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("PORT", lambda: env.integer("PORT", 1, minimum=1)),
        ("DEBUG", lambda: env.boolean("DEBUG", default=False)),
        ("OLLAMA_URL", lambda: env.url("OLLAMA_URL")),
        ("REGISTRATION", lambda: env.choice("REGISTRATION", ["open"], "open")),
        ("OPENAI_BASE_URL", lambda: env.url("OPENAI_BASE_URL")),
    ],
)
def test_a_setting_that_makes_no_sense_is_an_error(
    name: str, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "perhaps")
    with pytest.raises(ImproperlyConfigured, match=name):
        read()


@pytest.mark.parametrize("port", ["0", "65536"])
def test_a_port_that_cannot_be_is_an_error(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ImproperlyConfigured, match="PORT"):
        env.integer("PORT", 1, minimum=1, maximum=65535)


def test_a_setting_that_stops_the_start_is_told_in_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "SICHA_HOME": str(tmp_path), "PORT": "abc"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "manage.py", "serve"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "PORT" in ended.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert env.secret("SECRET_KEY") == "s3cret"
