"""Both balancers end TLS, and tell a replica the truth about the client, whatever the client says."""

import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from tests.stack.balancers import BALANCERS, Encryption, free_ports, running
from tests.stack.certificates import write_certificate

pytestmark = pytest.mark.stack
LIES = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Real-IP": "203.0.113.7",
    "Forwarded": "for=203.0.113.7",
    "Daphne-Root-Path": "/evil",
    "Proxy": "http://evil.example",
}


class Echo(BaseHTTPRequestHandler):
    """Stands for a replica: answers with the headers that reached it."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        del format, args


@dataclass(frozen=True, slots=True)
class Door:
    plain: str
    encrypted: str
    certificate: Path


@pytest.fixture(scope="module")
def replicas() -> Iterator[dict[str, str]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {f"REPLICA_{number}": f"127.0.0.1:{server.server_address[1]}" for number in (1, 2, 3)}
        server.shutdown()


@pytest.fixture(params=sorted(BALANCERS))
def door(request: pytest.FixtureRequest, tmp_path: Path, replicas: Mapping[str, str]) -> Iterator[Door]:
    certificate, key = write_certificate(tmp_path)
    plain, encrypted = free_ports(2)
    found = Door(f"http://localhost:{plain}", f"https://localhost:{encrypted}", certificate)
    tls = Encryption(encrypted, certificate, key)
    with running(BALANCERS[request.param](tmp_path, plain, replicas, tls)):
        wait_for(found)
        yield found


def client_of(door: Door) -> httpx.Client:
    trusting = ssl.create_default_context(cafile=str(door.certificate))
    return httpx.Client(verify=trusting, timeout=20)


def wait_for(door: Door) -> None:
    deadline = time.monotonic() + 20
    with client_of(door) as client:
        while time.monotonic() < deadline:
            try:
                if client.get(f"{door.encrypted}/").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    pytest.fail("the balancer does not answer")


def test_a_replica_hears_the_truth(door: Door) -> None:
    with client_of(door) as client:
        heard = client.get(f"{door.encrypted}/", headers=LIES).raise_for_status().json()
    told = {name: heard[name.lower()] for name in LIES if heard.get(name.lower())}
    assert told == {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}
    assert heard["host"] == door.encrypted.removeprefix("https://")


def test_the_plain_address_leads_to_the_encrypted_one(door: Door) -> None:
    with client_of(door) as client:
        answered = client.get(f"{door.plain}/c/1/?q=2")
    assert answered.status_code == 308
    assert answered.headers["location"].startswith("https://localhost")
    assert answered.headers["location"].endswith("/c/1/?q=2")
