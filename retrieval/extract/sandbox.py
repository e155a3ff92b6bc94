"""Having a file read by a process of its own, which is confined and thrown away.

A bomb, or a fault in a library, costs that process; the one that serves people keeps its memory and its
answers.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings

from config.kernel.errors import DomainError
from retrieval.errors import DocumentBrokenError, DocumentTooComplexError, refusal_of
from retrieval.extract.recognition import SECONDS_A_PAGE
from retrieval.extract.types import Extracted, Progress

LONGEST_LINE = 40_000_000
# By the clock a process may stand still so many times as long as it may work, which the kernel counts: on a
# starved machine a good file gets few turns. What waits without working is ended by this bound.
STARVED = 5
# What a scan of many pages may take, as long as page after page gets done.
LONGEST_SECONDS = 3000
_SIGNALS_OF_A_FAULT = {signal.SIGSEGV, getattr(signal, "SIGBUS", None)}
# Nothing of ours: the child reads a stranger's file and must not know a password. Windows cannot do without.
_ENVIRONMENT = (
    {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"} if os.name == "posix" else None
)


@dataclass(slots=True)
class _Watch:
    """When the process is given up: it has not got on for too long, or has taken too long altogether."""

    process: "subprocess.Popen[bytes]"
    ended: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def look(self) -> None:
        """Kill the process when its time is over; runs in a thread until `ended`."""
        while not self.ended.wait(0.2):
            now = time.monotonic()
            paused = now - self.last
            if paused > STARVED * settings.EXTRACTION_SECONDS or now - self.began > LONGEST_SECONDS:
                kill(self.process)
                return


def read_confined(data: bytes, *, filename: str, mime: str, progress: Progress) -> Extracted:
    """Return what the file says; raise the refusals of `retrieval.errors`, and what `progress` raises."""
    order = {
        "filename": filename,
        "mime": mime,
        "memory_bytes": settings.EXTRACTION_MEMORY_MB * 1_000_000,
        "cpu_seconds": max(settings.EXTRACTION_SECONDS, SECONDS_A_PAGE),
    }
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        with _started(json.dumps(order), file) as process:
            return _outcome(process, progress)


@contextmanager
def _started(order: str, file: "IO[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(  # noqa: S603  our own module, arguments we wrote
        [sys.executable, "-m", "retrieval.extract.child", order],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env=_ENVIRONMENT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        process.communicate()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End the process and whatever it has started."""
    if os.name != "posix":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _outcome(process: "subprocess.Popen[bytes]", progress: Progress) -> Extracted:
    watch = _Watch(process)
    watcher = threading.Thread(target=watch.look, name="extraction-watch", daemon=True)
    watcher.start()
    try:
        for message in _messages(process):
            watch.last = time.monotonic()
            if "progress" in message:
                progress(*message["progress"])
            elif "refused" in message:
                raise refusal_of(message["refused"])
            else:
                found = message["extracted"]
                return Extracted(**{**found, "pages": tuple(found["pages"])})
    finally:
        watch.ended.set()
        watcher.join()
    raise _silent(process)


def _messages(process: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any]]:
    output = process.stdout
    while output is not None and (line := output.readline(LONGEST_LINE)):
        if not line.endswith(b"\n"):
            raise DocumentTooComplexError
        yield json.loads(line)


def _silent(process: "subprocess.Popen[bytes]") -> DomainError:
    """Return why a process that said nothing ended: a fault in a library, or one of its limits."""
    code = process.wait()
    return DocumentBrokenError() if -code in _SIGNALS_OF_A_FAULT else DocumentTooComplexError()
