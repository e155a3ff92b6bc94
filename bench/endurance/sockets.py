"""Sockets opened at a server and held by another process, and what they cost the server."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.faults.people import Person
from bench.gateways.load import cpu_us
from bench.streaming.stage import Stage
from tools.stack.folders import ROOT
from tools.stack.ports import held, is_free

PORTS = range(19100, 19200)
SETTLE_SECONDS = 2.0
AT_ONCE = 64
ORIGIN = "http://pages.localhost"
# As `config/servers/uvicorn.py` has it.
BARE = (
    *("-m", "uvicorn", "bench.endurance.bare:app", "--ws", "websockets-sansio", "--http", "httptools"),
    *("--loop", "uvloop", "--ws-per-message-deflate", "false", "--ws-ping-interval", "20"),
    *("--backlog", "4096", "--lifespan", "off", "--no-access-log", "--log-level", "error"),
    "--no-proxy-headers",
)


@dataclass(frozen=True, slots=True)
class Server:
    """A process that sockets are opened at, and what they say about themselves."""

    port: int
    pid: int
    headers: tuple[str, ...] = ()
    greeted: bool = True

    @property
    def door(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> float:
        """Return the proportional set size in KiB."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii")
        return next(float(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening `count` sockets came to; processor time and memory are those of the server, each."""

    count: int
    lost: int
    seconds: float
    handshake_us: float
    kib_each: float


class Holder:
    """The process that holds sockets; `close` lets go of them and returns how many were still live."""

    def __init__(self, servers: Sequence[Server], count: int, at_once: int = AT_ONCE) -> None:
        first = servers[0]
        task = {
            "ports": [server.port for server in servers],
            "count": count,
            "at_once": at_once,
            "headers": first.headers,
            "greeted": first.greeted,
        }
        command = [sys.executable, "-m", "bench.endurance.holder"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.said = self._ask(json.dumps(task))

    def close(self) -> int:
        live = int(self._ask("")["live"])
        self._process.communicate()
        return live

    def _ask(self, line: str) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the holder has no pipes")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


@contextmanager
def holding(server: Server, count: int, at_once: int = AT_ONCE) -> Iterator[Opened]:
    """Hold sockets at a server within the block."""
    memory, used = server.memory(), cpu_us(server.pid)
    holder = Holder([server], count, at_once)
    used = cpu_us(server.pid) - used
    time.sleep(SETTLE_SECONDS)
    grown = server.memory() - memory
    opened = max(1, int(holder.said["opened"]))
    lost = count - opened
    try:
        yield Opened(opened, lost, holder.said["seconds"], used / opened, grown / opened)
    finally:
        holder.close()


@contextmanager
def bare() -> Iterator[Server]:
    """Start the bare application."""
    with held(PORTS) as port:
        process = subprocess.Popen([sys.executable, *BARE, "--port", str(port)], cwd=ROOT)
        try:
            while is_free(port):
                time.sleep(0.05)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait()


def ours(stage: Stage, name: str, headers: tuple[str, ...]) -> Server:
    part = stage.product.parts[name]
    if part.process is None:
        raise RuntimeError(f"{name} does not run")
    return Server(part.port, part.process.pid, headers)


def signed_in(person: Person, door: str) -> tuple[str, ...]:
    """Sign in by the page's form; return the headers of a browser's handshake."""
    with httpx.Client(base_url=door, timeout=60) as client:
        page = client.get("/accounts/login/").raise_for_status().text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        form = {"username": person.username, "password": person.password}
        said = {"csrfmiddlewaretoken": token[1] if token else "", **form}
        client.post("/accounts/login/", data=said, headers={"Referer": f"{door}/accounts/login/"})
        return (f"Origin: {ORIGIN}", f"Cookie: sessionid={client.cookies['sessionid']}")
