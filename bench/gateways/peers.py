"""Whom the bench asks: the peers as processes, the environment that they are installed in, and ours."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import jwt

from bench.gateways.goals import LITELLM, NGINX, OURS, PLAIN, RELAY, STARLETTE, STRAIGHT
from tools.stack.folders import ROOT, cache_folder
from tools.stack.ports import is_free

PACKAGES = (
    "litellm[proxy]==1.108.7",
    "starlette==1.10.0",
    "httpx==0.28.1",
    "uvicorn[standard]==0.54.0",
    "uvloop==0.23.0",
)
PORTS = range(19000, 19100)
START_SECONDS = 240
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Peer:
    """A gateway, ours too; `pid` is the process whose time is counted, 0 for none."""

    name: str
    address: str
    pid: int
    key: str = ""
    path: str = "/v1/chat/completions"

    @property
    def is_ours(self) -> bool:
        return self.path == "/chat"


def ours(address: str, pid: int, key: str, name: str = OURS) -> Peer:
    """Return a replica of the product as one of those that are asked."""
    return Peer(name, address, pid, key, "/chat")


def straight(model: str) -> Peer:
    """Return the model itself, with no gateway before it."""
    return Peer(STRAIGHT, model, 0)


def installed(name: str = "peers", packages: Sequence[str] = PACKAGES) -> Path:
    """Return the folder of the programs of an environment in the cache, installing them on first use."""
    home = cache_folder().parent / "bench" / name
    programs, stamp = home / "bin", home / "packages"
    if not stamp.exists() or stamp.read_text(encoding="utf-8").split() != list(packages):
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--clear", str(home)], check=True)
        subprocess.run(
            [*uv, "pip", "install", "--quiet", "--python", str(programs / "python"), *packages], check=True
        )
        stamp.write_text("\n".join(packages), encoding="utf-8")
    return programs


@contextmanager
def relay(model: str) -> Iterator[Peer]:
    port = _free_port()
    words = [str(installed() / "python"), str(FOLDER / "relay_peer.py"), str(port)]
    with _running(words, {"OLLAMA_URL": model}, FOLDER, port) as pid:
        yield Peer(RELAY, f"http://127.0.0.1:{port}", pid)


@contextmanager
def starlette(model: str) -> Iterator[Peer]:
    port = _free_port()
    program = str(installed() / "uvicorn")
    words = [program, "starlette_peer:app", "--port", str(port), "--no-access-log", "--log-level", "error"]
    with _running(words, {"OLLAMA_URL": model}, FOLDER, port) as pid:
        yield Peer(STARLETTE, f"http://127.0.0.1:{port}", pid)


@contextmanager
def litellm(model: str, home: Path) -> Iterator[Peer]:
    port, key = _free_port(), f"sk-{secrets.token_hex(24)}"
    configuration = home / "litellm.yaml"
    configuration.write_text(
        "model_list:\n  - model_name: scripted\n"
        f"    litellm_params: {{model: ollama_chat/scripted, api_base: {model}}}\n"
        "litellm_settings: {callbacks: [], num_retries: 0, request_timeout: 60, telemetry: false}\n",
        encoding="utf-8",
    )
    quiet = {"LITELLM_LOG": "ERROR", "NO_DOCS": "True", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    program = str(installed() / "litellm")
    words = [program, "--config", str(configuration), "--port", str(port), "--host", "127.0.0.1"]
    with _running(words, {**quiet, "LITELLM_MASTER_KEY": key}, home, port) as pid:
        yield Peer(LITELLM, f"http://127.0.0.1:{port}", pid, key)


@contextmanager
def nginx(model: str, home: Path) -> Iterator[Peer]:
    """Run nginx as one process that passes bytes through; raises RuntimeError where there is none."""
    program, port, folder = (
        shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"),
        _free_port(),
        home / "nginx",
    )
    if program is None:
        raise RuntimeError("the bench needs nginx, as the real servers do: see docs/stack.md")
    folder.mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {folder};" for kind in kinds)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;\n"
        "events { worker_connections 4096; }\n"
        f"http {{ access_log off; {folders}\n"
        f"  server {{ listen 127.0.0.1:{port} backlog=4096; location / {{\n"
        f"    proxy_pass {model}; proxy_http_version 1.1; proxy_buffering off; }} }} }}\n",
        encoding="utf-8",
    )
    words = [program, "-p", str(folder), "-c", str(configuration)]
    with _running(words, {}, folder, port) as pid:
        yield Peer(NGINX, f"http://127.0.0.1:{port}", pid)


@contextmanager
def plain(settings: Mapping[str, str]) -> Iterator[Peer]:
    """Run the plain stack in the product's environment, on its servers."""
    port, key = _free_port(), secrets.token_hex(32)
    words = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0"]
    kept = {name: settings[name] for name in ("DATABASE_URL", "REDIS_URL", "OLLAMA_URL")}
    token = jwt.encode({"sub": "somebody", "exp": time.time() + 3600}, key, "HS256")
    with _running(
        [*words, "bench.gateways.plain.asgi:application"], {**kept, "TOKEN_KEY": key}, ROOT, port
    ) as pid:
        yield Peer(PLAIN, f"http://127.0.0.1:{port}", pid, token, "/plain/chat")


@contextmanager
def _running(words: list[str], environment: dict[str, str], folder: Path, port: int) -> Iterator[int]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        words, cwd=folder, env={**kept, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not start")


def _free_port() -> int:
    return next(port for port in PORTS if is_free(port))
