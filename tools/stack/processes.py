"""Processes that we started, known by pid and start time, so that a reused pid is never touched."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PROC = Path("/proc")
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Process:
    """One process of this machine: a pid means nothing without the moment at which it began."""

    pid: int
    began: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def process_of(record: Mapping[str, Any]) -> Process | None:
    """Return the process that a record names; None for a record that cannot be trusted."""
    pid, began = record.get("pid"), record.get("began")
    if isinstance(pid, int) and pid > 1 and isinstance(began, str) and began:
        return Process(pid, began)
    return None


def began(pid: int) -> str:
    """Return when the process with this pid began, unlike that of any other; empty when there is none."""
    if PROC.joinpath("self/stat").exists():
        fields = _stat(pid)
        if len(fields) < 20 or fields[0] == "Z":
            return ""
        boot = PROC.joinpath("sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{fields[19]}"
    asked = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on: the second may hold any characters."""
    try:
        text = PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def is_alive(process: Process) -> bool:
    """Return whether it is still that process, not another with the same pid."""
    return bool(process.began) and began(process.pid) == process.began


def start(command: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path) -> Process:
    """Start a process that outlives this one and writes to `log`; return it."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    found = Process(child.pid, began(child.pid))
    child.returncode = 0  # it is not ours to wait for: silences the warning about a running child
    return found


def family(process: Process) -> list[Process]:
    """Return the process and those that descend from it, where the system tells."""
    if not is_alive(process):
        return []
    children: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*"):
        fields = _stat(int(entry.name))
        if len(fields) > 1:
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    pids = [process.pid]
    for pid in pids:  # grows while it is walked
        pids.extend(children.get(pid, []))
    return [process, *(Process(pid, when) for pid in pids[1:] if (when := began(pid)))]


def end(process: Process, *, signal_number: int = signal.SIGTERM, patience: float = 20) -> bool:
    """Ask the process to end, wait, kill it when it does not; return whether it ended by itself."""
    members = family(process)
    send([process], signal_number)
    graceful = _gone(members[:1], patience)
    if not graceful:
        kill(process)
    elif not _gone(members, 5):
        send(members, signal.SIGKILL)
    return graceful


def kill(process: Process) -> None:
    """End the process and its descendants at once, as a failing machine would."""
    members = family(process)
    send(members, signal.SIGKILL)
    _gone(members, 10)


def send(processes: Iterable[Process], signal_number: int) -> None:
    """Send a signal to those that are still the processes they were."""
    for process in processes:
        if is_alive(process):
            try:
                os.kill(process.pid, signal_number)
            except ProcessLookupError:
                continue


def _gone(processes: Sequence[Process], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(is_alive, processes)):
        if time.monotonic() > deadline:
            return False
        _reap(processes)
        time.sleep(POLL_SECONDS)
    _reap(processes)  # PostgreSQL takes its own pid, as long as it is a zombie's, for a server that runs
    return True


def _reap(processes: Sequence[Process]) -> None:
    """Collect those that are our own children, which would stay as zombies until we end."""
    for process in processes:
        try:
            os.waitpid(process.pid, os.WNOHANG)
        except ChildProcessError:
            continue
