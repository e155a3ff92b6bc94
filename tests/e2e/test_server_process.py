"""`manage.py serve` as a process: it starts, says that it is ready, and ends when it is told to."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(home: Path, port: int, server: str = "uvicorn") -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    own = {
        "SICHA_HOME": str(home),
        "ASGI_SERVER": server,
        "DATABASE_URL": "",  # embedded, whatever the suite runs on
        "DEMO": "false",
        "EMBEDDINGS_BACKEND": "lexical",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "manage.py", "serve", "--prepare", "--port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def lines_until_ready(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "is ready" in line:
            return lines
    assert process.stderr is not None
    pytest.fail("".join(lines) + process.stderr.read())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that the first start prepares and the second finds prepared."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.parametrize(
    ("server", "sent"),
    [("uvicorn", signal.SIGTERM), ("uvicorn", signal.SIGINT), ("daphne", signal.SIGTERM)],
)
def test_it_serves_and_ends_cleanly(home: Path, server: str, sent: signal.Signals) -> None:
    port = free_port()
    with served(home, port, server) as process:
        assert f"http://localhost:{port}/" in lines_until_ready(process)[-1]
        assert httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
        process.send_signal(sent)
        _out, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors


def test_a_second_server_on_one_home_says_so_and_stops(home: Path) -> None:
    with served(home, free_port()) as first:
        lines_until_ready(first)
        with served(home, free_port()) as second:
            _out, errors = second.communicate(timeout=60)
        assert second.returncode == 1
        assert f"Another server is running on this SICHA_HOME: {home}" in errors
        assert len(errors.strip().splitlines()) == 1
        first.kill()  # leaves no time to clean up: the lock is the kernel's
        first.wait()
        with served(home, free_port()) as third:
            lines_until_ready(third)


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_a_port_that_is_taken_is_named(tmp_path: Path, server: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with served(tmp_path, port, server) as process:
            _out, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port} is in use" in errors
    assert "Traceback" not in errors


def drain(home: Path, port: int, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "manage.py", "drain", "--port", str(port), *options],
        cwd=ROOT,
        env={**environment, "SICHA_HOME": str(home), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="the system has no such signal")
def test_it_drains_before_it_is_told_to_end(home: Path) -> None:
    port = free_port()
    with served(home, port) as process:
        lines_until_ready(process)
        assert drain(home, port).returncode == 0
        ready = httpx.get(f"http://127.0.0.1:{port}/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (503, "draining")
        assert httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
        assert drain(home, port, "--stop").returncode == 0
        process.communicate(timeout=30)
    assert process.returncode == 0
    refused = drain(home, port)
    assert (refused.returncode, "No server" in refused.stderr) == (1, True)
