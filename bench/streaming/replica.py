"""One replica as the system, the database and its own metrics see it."""

import asyncio
import threading
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from websockets.asyncio.client import ClientConnection, connect

from bench.faults.people import Person
from bench.streaming.stage import Stage

SERVERS = ("DATABASE_URL", "REDIS_URL", "OLLAMA_URL")


class Replica:
    """The first of the stage, or the one called `name`."""

    def __init__(self, stage: Stage, name: str = "replica-1") -> None:
        part = stage.product.parts[name]
        if part.process is None:
            raise RuntimeError("the replica does not run")
        self._stage = stage
        self.door = f"http://127.0.0.1:{part.port}"
        self.pid = part.process.pid
        self._proc = Path("/proc") / str(self.pid)

    def memory(self) -> float:
        """Return the proportional set size in MiB."""
        lines = (self._proc / "smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def holds(self) -> dict[str, int]:
        """Return descriptors, threads, tasks of the event loop, and connections to the database. What pools
        keep open to servers is counted apart: it is as many as were wanted at once some time."""
        opened = self._opened()
        pooled = len(opened & self._pooled())
        return {
            "descriptors": len(opened) - pooled,
            "pooled": pooled,
            "threads": len(list((self._proc / "task").iterdir())),
            "tasks": int(self.metric("asyncio_tasks")),
            "connections": self._connections(),
        }

    def metric(self, name: str) -> float:
        """Return the value of a metric without labels."""
        told = httpx.get(f"{self.door}/metrics", timeout=30).raise_for_status().text
        return next(float(line.split()[1]) for line in told.splitlines() if line.startswith(f"{name} "))

    async def socket(self, http: httpx.AsyncClient) -> ClientConnection:
        """Return an open socket after its `hello`."""
        person = self._stage.people[0]
        token = person.access
        answer = await http.post(f"{self.door}/api/v1/ws-ticket", headers=person.headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            await asyncio.to_thread(log_in, person, self.door, token)
            return await self.socket(http)
        ticket = answer.raise_for_status().json()["ticket"]
        url = f"{self.door.replace('http', 'ws', 1)}/ws/chat/"
        socket = await connect(url, subprotocols=[f"ticket.{ticket}"], ping_interval=None)  # type: ignore[list-item]
        await socket.recv()
        return socket

    def _opened(self) -> set[str]:
        """Return what each descriptor stands for; those of files that are alike apart."""
        found = set()
        for descriptor in (self._proc / "fd").iterdir():
            try:
                target = str(descriptor.readlink())
            except FileNotFoundError:  # closed meanwhile
                continue
            found.add(target if target.startswith("socket:") else f"{descriptor.name} {target}")
        return found

    def _pooled(self) -> set[str]:
        settings = self._stage.product.settings
        ports = {urlsplit(settings[name]).port for name in SERVERS}
        lines = (self._proc / "net" / "tcp").read_text(encoding="ascii").splitlines()[1:]
        fields = [line.split() for line in lines]
        return {f"socket:[{each[9]}]" for each in fields if int(each[2].partition(":")[2], 16) in ports}

    def _connections(self) -> int:
        with psycopg.connect(self._stage.product.settings["DATABASE_URL"]) as database:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            (connections,) = database.execute(asked).fetchone() or (0,)
        return int(connections) - 1


_signing_in = threading.Lock()


def log_in(person: Person, door: str, expired: str) -> None:
    """Sign in anew; of many who find out at the same time that a token has expired, one does it."""
    with _signing_in:
        if person.access == expired:
            person.log_in(door)
