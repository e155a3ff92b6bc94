"""Both balancers with the configurations of `deploy/`, each a process of a test's own."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.stack.packages import find
from tools.stack.proxies import HAPROXY, nginx_command, nginx_values, render


@dataclass(frozen=True, slots=True)
class Encryption:
    """The port that is encrypted, and the files for it."""

    port: int
    certificate: Path
    key: Path


Started = tuple[list[str], dict[str, str]]
Balancer = Callable[[Path, int, Mapping[str, str], Encryption | None], Started]


def nginx(folder: Path, port: int, replicas: Mapping[str, str], tls: Encryption | None = None) -> Started:
    own = {"NGINX_LISTEN": f"127.0.0.1:{port}"}
    if tls:
        own["NGINX_TLS_LISTEN"] = f"127.0.0.1:{tls.port}"
        own |= {"TLS_CERTIFICATE": str(tls.certificate), "TLS_KEY": str(tls.key)}
    render(folder, nginx_values(folder, replicas, tls=bool(tls)) | own)
    return nginx_command(folder), {}


def haproxy(folder: Path, port: int, replicas: Mapping[str, str], tls: Encryption | None = None) -> Started:
    own = {
        "HAPROXY_BIND": f"127.0.0.1:{port}",
        "HAPROXY_STATS": f"unix@{folder / 'statistics'}",
        "HAPROXY_ERRORS": str(HAPROXY),
    }
    if tls:
        own |= {"HAPROXY_TLS_BIND": f"127.0.0.1:{tls.port}", "HAPROXY_CERTIFICATE": str(tls.certificate)}
    return [find("haproxy"), "-db", "-f", str(HAPROXY / "haproxy.cfg")], {**replicas, **own}


BALANCERS: dict[str, Balancer] = {"nginx": nginx, "haproxy": haproxy}


def free_ports(count: int) -> list[int]:
    """Return ports that nobody has; all are held until the last is found, so that no two are the same."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]


@contextmanager
def running(started: Started) -> Iterator[None]:
    command, environment = started
    with subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL) as process:
        yield
        process.terminate()
        process.wait(timeout=20)
