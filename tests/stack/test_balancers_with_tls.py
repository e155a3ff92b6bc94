"""Both balancers end TLS, and tell a replica the truth about the client, whatever the client says."""

import json
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from tests.stack.certificates import write_certificate
from tools.stack.packages import find
from tools.stack.proxies import HAPROXY, nginx_command, nginx_values, render

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


def free_ports(count: int) -> list[int]:
    """Return ports that nobody has; all are held until the last is found, so that no two are the same."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]


@pytest.fixture(params=["nginx", "haproxy"])
def door(request: pytest.FixtureRequest, tmp_path: Path, replicas: Mapping[str, str]) -> Iterator[Door]:
    certificate, key = write_certificate(tmp_path)
    ports = free_ports(3)
    listening = {"nginx": nginx, "haproxy": haproxy}[request.param]
    found = Door(f"http://localhost:{ports[0]}", f"https://localhost:{ports[1]}", certificate)
    command, environment = listening(tmp_path, replicas, ports, (certificate, key))
    with process(command, environment):
        wait_for(found)
        yield found


Started = tuple[list[str], dict[str, str]]


def nginx(
    folder: Path, replicas: Mapping[str, str], ports: Sequence[int], files: tuple[Path, Path]
) -> Started:
    own = {
        "NGINX_LISTEN": f"127.0.0.1:{ports[0]}",
        "NGINX_TLS_LISTEN": f"127.0.0.1:{ports[1]}",
        "TLS_CERTIFICATE": str(files[0]),
        "TLS_KEY": str(files[1]),
    }
    render(folder, nginx_values(folder, replicas, tls=True) | own)
    return nginx_command(folder), {}


def haproxy(
    folder: Path, replicas: Mapping[str, str], ports: Sequence[int], files: tuple[Path, Path]
) -> Started:
    del folder
    own = {
        "HAPROXY_BIND": f"127.0.0.1:{ports[0]}",
        "HAPROXY_TLS_BIND": f"127.0.0.1:{ports[1]}",
        "HAPROXY_CERTIFICATE": str(files[0]),
        "HAPROXY_STATS": f"127.0.0.1:{ports[2]}",
        "HAPROXY_ERRORS": str(HAPROXY),
    }
    return [find("haproxy"), "-db", "-f", str(HAPROXY / "haproxy.cfg")], {**replicas, **own}


@contextmanager
def process(command: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    with subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL) as running:
        yield
        running.terminate()
        running.wait(timeout=20)


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
