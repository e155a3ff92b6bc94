"""Nginx and HAProxy from the operating system's packages, with the configurations of `deploy/`."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import httpx

from tools.stack.errors import StackError
from tools.stack.folders import ROOT
from tools.stack.packages import find, has, need
from tools.stack.server import Launch, Place, Server

NGINX = ROOT / "deploy/nginx"
HAPROXY = ROOT / "deploy/haproxy"
BLANK = re.compile(r"\$\{([A-Z0-9_]+)\}")


def render(folder: Path, values: Mapping[str, str]) -> None:
    """Write Nginx's configuration into `folder`: every template, with its blanks filled in."""

    def value_of(blank: re.Match[str]) -> str:
        if blank[1] not in values:
            raise StackError(f"Nginx's configuration asks for {blank[1]}.")
        return values[blank[1]]

    for template in NGINX.glob("*.template"):
        text = BLANK.sub(value_of, template.read_text(encoding="utf-8"))
        (folder / template.stem).write_text(text, encoding="utf-8")


def nginx_values(folder: Path, replicas: Mapping[str, str], *, tls: bool = False) -> dict[str, str]:
    """Return what the templates ask for, rendered into `folder`; addresses and certificate are missing."""
    return {
        **replicas,
        "NGINX_TEMP": str(folder),
        "NGINX_SITE": str(folder / ("site-tls.conf" if tls else "site.conf")),
        "NGINX_LOCATIONS": str(folder / "locations.conf"),
        "NGINX_RESOLVER": "",
        "NGINX_TLS_LISTEN": "",
        "TLS_CERTIFICATE": "",
        "TLS_KEY": "",
    }


def nginx_command(folder: Path, *further: str) -> list[str]:
    """Return a command of the Nginx whose configuration is in `folder`; started by root it stays root."""
    owner = "user root; " if os.geteuid() == 0 else ""
    directives = ["-e", "stderr", "-g", f"{owner}daemon off;"]
    return [find("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), *directives, *further]


def _replicas(place: Place) -> dict[str, str]:
    return {f"REPLICA_{number}": place.addresses[f"replica-{number}"] for number in (1, 2, 3)}


class _Proxy(Server):
    stage = 2
    errors = (httpx.TransportError,)
    patience = 20

    def install(self, cache: Path) -> None:
        del cache
        need({self.name: has(self.name)})

    def check(self, place: Place) -> None:
        """Take any answer: the replicas may be away."""
        httpx.get(f"http://127.0.0.1:{place.port()}/health/live", timeout=10)


class NginxServer(_Proxy):
    name = "nginx"
    ports = {"http": 28000}

    def prepare(self, place: Place) -> None:
        super().prepare(place)
        listen = {"NGINX_LISTEN": f"127.0.0.1:{place.port()}"}
        render(place.data, nginx_values(place.data, _replicas(place)) | listen)

    def launch(self, place: Place) -> Launch:
        return Launch(nginx_command(place.data), os.environ)


class HaproxyServer(_Proxy):
    name = "haproxy"
    ports = {"http": 28001, "statistics": 28404}

    def launch(self, place: Place) -> Launch:
        own = {
            "HAPROXY_BIND": f"127.0.0.1:{place.port()}",
            "HAPROXY_STATS": f"127.0.0.1:{place.port('statistics')}",
            "HAPROXY_ERRORS": str(HAPROXY),
        }
        command = [find("haproxy"), "-db", "-f", str(HAPROXY / "haproxy.cfg")]
        return Launch(command, {**os.environ, **own, **_replicas(place)})

    def address(self, place: Place) -> str:
        statistics = f", statistics {place.port('statistics')}" if place.ports else ""
        return super().address(place) + statistics
