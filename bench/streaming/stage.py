"""What the scenarios play on: PostgreSQL, Redis, replicas, a scripted model, two organisations."""

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench.faults.people import Person, found_organization
from bench.faults.product import Product
from bench.faults.servers import Servers
from tools.stack.folders import ROOT
from tools.stack.ports import held, is_free

NOT_OURS = ("worker", "beat", "relay")  # the replicas do this work
SETTINGS = {
    "DEMO": "false",
    "EMBEDDINGS_BACKEND": "lexical",
    "REGISTRATION": "open",
    "RATE_LIMIT_PER_MINUTE": "1000000",
    "RATE_LIMIT_READS_PER_MINUTE": "10000000",
    "MAX_CONCURRENT_GENERATIONS": "512",
    "MAX_CONCURRENT_GENERATIONS_EACH": "512",
    "OLLAMA_MODEL": "scripted",
    "DRAIN_SECONDS": "120",
}
ENDING_SECONDS = 150
MODEL_PORTS = range(18900, 19000)


@dataclass(frozen=True, slots=True)
class Script:
    """What the model writes: `tokens` of each answer, `rate` of them a second, `answers` that differ."""

    tokens: int
    rate: float
    answers: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Stage:
    product: Product
    people: list[Person]
    script: Script
    servers: Servers

    @property
    def doors(self) -> list[str]:
        return self.product.addresses


@contextmanager
def staged(
    home: Path,
    script: Script,
    *,
    replicas: int,
    settings: Mapping[str, str] = MappingProxyType({}),
    module: str = "config.settings",
) -> Iterator[Stage]:
    """Start everything, with `settings` beside ours; all of it is down afterwards."""
    with ExitStack() as stack:
        servers = stack.enter_context(Servers(home / "stack", ("postgres", "redis")))
        model = stack.enter_context(_model(script))
        given = {"OLLAMA_URL": model, "CELERY_BROKER_URL": ""}
        everything = {**SETTINGS, **servers.settings(), **given, **settings}
        product = Product(home / "product", everything, module, replicas=replicas, without=NOT_OURS)
        stack.enter_context(product)
        people = [found_organization(product.addresses[0], f"ארגון {secrets.token_hex(4)}") for _ in range(2)]
        yield Stage(product, people, script, servers)


@contextmanager
def _model(script: Script) -> Iterator[str]:
    with held(MODEL_PORTS) as port:
        said = ["--port", str(port), "--tokens", str(script.tokens), "--rate", str(script.rate)]
        said += ["--answers", str(script.answers)]
        process = subprocess.Popen([sys.executable, "-m", "bench.streaming.model_server", *said], cwd=ROOT)
        try:
            while is_free(port):
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()
