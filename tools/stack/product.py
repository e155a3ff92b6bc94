"""The product itself on the services of the stack: three replicas, a Celery worker and beat.

The environment wins over what is said here, so that ASGI_SERVER=daphne or another model can be tried.
"""

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import httpx
from celery import Celery
from kombu.exceptions import OperationalError

from tools.stack.folders import ROOT
from tools.stack.server import Launch, Place, Server

NOT_THEIRS = {"DJANGO_SETTINGS_MODULE", "SICHA_HOME", "HOST", "PORT"}
OPENED = ("nginx", "haproxy", "replica-1", "replica-2", "replica-3")
DRAIN_SECONDS = 20


def environment_of(place: Place) -> dict[str, str]:
    """Return what a process of the product is started with."""
    given = {name: value for name, value in os.environ.items() if name not in NOT_THEIRS}
    # The model of the stack speaks the protocol, and no Hebrew: people get quotations, unless one is named.
    services = {name: value for name, value in place.settings.items() if not name.startswith("OLLAMA_")}
    origins = [f"http://{place.addresses[name]}" for name in OPENED]
    usual = {
        **services,
        "SECRET_KEY": place.secrets["secret_key"],
        "JWT_SIGNING_KEY": place.secrets["jwt_signing_key"],
        "PRODUCTION": "true",
        "HTTPS": "false",  # on loopback, without a certificate
        "REGISTRATION": "open",
        "TRUSTED_PROXIES": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "ALLOWED_ORIGINS": ",".join(origins),
        "DRAIN_SECONDS": str(DRAIN_SECONDS),
        "LOG_LEVEL": "WARNING",
    }
    return {**usual, **given, "SICHA_HOME": str(place.data), "PYTHONPATH": str(ROOT)}


class _Product(Server):
    secrets = ("secret_key", "jwt_signing_key")
    patience = 180
    stop_patience = DRAIN_SECONDS + 20
    ports: ClassVar[Mapping[str, int]] = {}

    def install(self, cache: Path) -> None:
        del cache


class _Replica(_Product):
    stage = 1
    errors = (httpx.HTTPError,)

    def launch(self, place: Place) -> Launch:
        own = {"HOST": "127.0.0.1", "PORT": str(place.port())}
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--prepare"]
        return Launch(command, environment_of(place) | own)

    def check(self, place: Place) -> None:
        httpx.get(f"http://127.0.0.1:{place.port()}/health/ready", timeout=5).raise_for_status()


class FirstReplica(_Replica):
    name = "replica-1"
    ports = {"http": 28011}


class SecondReplica(_Replica):
    name = "replica-2"
    ports = {"http": 28012}


class ThirdReplica(_Replica):
    name = "replica-3"
    ports = {"http": 28013}


class _Celery(_Product):
    """Runs beside the replicas, which have made the tables."""

    stage = 2
    errors = (OSError, OperationalError)

    @staticmethod
    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "celery", "-A", "config.celery", *words, "--loglevel", "WARNING"]


class Worker(_Celery):
    name = "worker"

    def launch(self, place: Place) -> Launch:
        words = ("worker", "--concurrency", "2", "--hostname", self._node(place))
        return Launch(self.command(*words), environment_of(place))

    @staticmethod
    def _node(place: Place) -> str:
        """Return a name that no worker of another stack has."""
        return f"{hashlib.sha256(str(place.folder).encode()).hexdigest()[:12]}@stack"

    def check(self, place: Place) -> None:
        client = Celery(broker=place.settings["CELERY_BROKER_URL"])
        with client.connection_for_read() as connection:
            answers = client.control.ping([self._node(place)], timeout=2, connection=connection)
        if not answers:
            raise OSError("the worker does not answer a ping")


class Beat(_Celery):
    name = "beat"

    def prepare(self, place: Place) -> None:
        super().prepare(place)
        for former in place.data.glob("schedule*"):
            former.unlink()

    def launch(self, place: Place) -> Launch:
        words = ("beat", "--schedule", str(place.data / "schedule"), "--pidfile", "")
        return Launch(self.command(*words), environment_of(place))

    def check(self, place: Place) -> None:
        """Look for the schedule that it writes when it begins to send."""
        if not list(place.data.glob("schedule*")):
            raise OSError("beat has not written its schedule")
