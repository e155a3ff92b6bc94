"""Webhooks by TLS, to a real server of this machine: who is not trusted, or is another one, hears nothing."""

import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import pytest

from analytics.webhooks import sending
from analytics.webhooks.addresses import target_of
from analytics.webhooks.sending import Outcome
from tests.fakes.receiver import Receiver, receiving
from tests.stack.certificates import write_certificate

HOST = "receiver.example"


@pytest.fixture
def certificate(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file of the server's certificate, for HOST or for the host that a test names."""
    return write_certificate(tmp_path, getattr(request, "param", HOST))[0]


@pytest.fixture
def receiver(certificate: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver by https on this machine, to which every name leads."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(sending, "look_up", lambda _host, _port: [ip_address("127.0.0.1")])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with receiving(tls) as found:
        yield found


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))


def send(receiver: Receiver) -> Outcome:
    url = f"https://{HOST}:{urlsplit(receiver.url).port}/hooks"
    return sending.post(target_of(url), url=url, body=b"{}", headers={"webhook-id": "msg_1"})


@pytest.mark.usefixtures("trusted")
def test_a_receiver_that_is_trusted_hears_it(receiver: Receiver) -> None:
    assert send(receiver) == Outcome(204)
    ((headers, body),) = receiver.heard
    assert (body, headers["webhook-id"]) == (b"{}", "msg_1")
    assert headers["Host"].startswith(f"{HOST}:")  # the name, though an address was connected to


def test_one_that_nobody_vouches_for_hears_nothing(receiver: Receiver) -> None:
    assert send(receiver) == Outcome(error="ConnectError")
    assert receiver.heard == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("certificate", ["elsewhere.example"], indirect=True)
def test_one_that_is_somebody_else_hears_nothing(receiver: Receiver) -> None:
    assert send(receiver) == Outcome(error="ConnectError")
    assert receiver.heard == []


@pytest.mark.usefixtures("trusted")
def test_plain_words_to_a_tls_port_are_no_success(receiver: Receiver) -> None:
    url = receiver.url.replace("https", "http")
    said = sending.post(target_of(url), url=url, body=b"{}", headers={})
    assert not said.is_success
    assert receiver.heard == []
