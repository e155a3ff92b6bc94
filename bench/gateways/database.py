"""What the database's processes use."""

from pathlib import Path

import psycopg

from bench.gateways.load import cpu_us


def database_us(url: str) -> float:
    """Return the processor time, in microseconds, of the database's server and all of its processes that live
    now: a pool's connections stay, so between two looks nothing is lost."""
    with psycopg.connect(url) as database:
        (backend,) = database.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        server = _parent(int(backend))
    return sum(cpu_us(pid) for pid in (server, *_children(server)) if pid != backend)


def _parent(pid: int) -> int:
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:  # it has ended
        return 0
    return int(said.rpartition(")")[2].split()[1])


def _children(parent: int) -> list[int]:
    pids = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal())
    return [pid for pid in pids if _parent(pid) == parent]
