"""How the time of a search on Weaviate grows with the passages of one organisation.

    .venv/bin/python bench/weaviate_growth.py [--passages 5000 20000 80000] [--questions 200]
        [--folder FOLDER --minutes 9]

Starts a Weaviate of its own by `tools.stack` in a scratch folder, fills one tenant with the generated texts
and vectors of `many_passages`, and asks for both legs at each size, two minutes after the last passage at
most: the server puts its word index in order meanwhile. Fails when the 95th percentile grows by more than
the square root of the size. Ends the server and removes the folder; with `--folder` it keeps it, stops when
the minutes are over, and goes on from there the next time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402

from bench.many_passages import GeneratedEmbedder, Took, near_topics, random, tokens_of, told, topics, words  # noqa: E402
from retrieval.types import EVERYONE  # noqa: E402
from retrieval.vectors.port import StoredPassage, StoreQuery  # noqa: E402
from retrieval.vectors.weaviate import WeaviateStore  # noqa: E402
from tests.real_servers import stack_setting  # noqa: E402

WORDS_OF_A_PASSAGE = 80
PUT_AT_ONCE = 500
SETTLE_SECONDS = 120
WARMING = 20


@contextmanager
def weaviate(folder: Path) -> Iterator[WeaviateStore]:
    """Give a store on a server that lives as long as the block; its data is in the folder."""
    os.environ["SICHA_STACK_HOME"] = str(folder.resolve())
    stack = [sys.executable, "-m", "tools.stack"]
    try:
        subprocess.run([*stack, "up", "weaviate"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        store = WeaviateStore(
            stack_setting("WEAVIATE_URL"),
            api_key=stack_setting("WEAVIATE_API_KEY"),
            grpc_port=int(stack_setting("WEAVIATE_GRPC_PORT")),
        )
        yield store
        store.close()
    finally:
        subprocess.run([*stack, "down", "weaviate"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def passages(count: int) -> list[StoredPassage]:
    """Return generated passages of one document that everyone reads."""
    document_id = uuid4()
    return [
        StoredPassage(
            id=uuid4(),
            document_id=document_id,
            title="",
            content="",
            search_text=" ".join(map(tokens_of, words(WORDS_OF_A_PASSAGE))),
            vector=vector,
            embedder=GeneratedEmbedder.name,
            audience=frozenset({EVERYONE}),
            category="",
        )
        for vector in near_topics(count)
    ]


def ask(store: WeaviateStore, organization_id: UUID) -> Took:
    """Ask for the best hundred of both legs, as a search does."""
    query = StoreQuery(
        organization_id=organization_id,
        tokens=[token for word in words(8) for token in tokens_of(word).split()],
        vector=near_topics(1)[0],
        embedder=GeneratedEmbedder.name,
        audience=frozenset({EVERYONE}),
    )
    began, worked = time.perf_counter(), time.process_time()
    legs = store.search(query)
    if not (legs.lexical and legs.dense):
        raise SystemExit("a leg found nothing")
    return Took((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000)


def settle(store: WeaviateStore, organization_id: UUID) -> None:
    """Ask until it gets no faster: five times in a row no faster than the best before."""
    until, best, since = time.monotonic() + SETTLE_SECONDS, float("inf"), 0
    while time.monotonic() < until and since < 5:
        took = sorted(ask(store, organization_id).clock for _number in range(WARMING))[WARMING // 2]
        best, since = (took, 0) if took < 0.9 * best else (best, since + 1)
        time.sleep(2)


@dataclass(slots=True)
class Progress:
    """What has been put and measured so far, kept beside the server's data; `p95` in milliseconds."""

    path: Path
    organization_id: UUID
    filled: int
    p95: dict[int, float]

    @classmethod
    def read(cls, path: Path) -> "Progress":
        if not path.exists():
            return cls(path, uuid4(), 0, {})
        kept = json.loads(path.read_text(encoding="utf-8"))
        p95 = {int(size): float(high) for size, high in kept["p95"].items()}
        return cls(path, UUID(kept["organization_id"]), int(kept["filled"]), p95)

    def keep(self) -> None:
        kept = {"organization_id": str(self.organization_id), "filled": self.filled, "p95": self.p95}
        self.path.write_text(json.dumps(kept), encoding="utf-8")


def fill(store: WeaviateStore, progress: Progress, size: int, until: float) -> bool:
    """Bring the tenant up to so many passages; tell whether there was time for it."""
    while progress.filled < size:
        if time.monotonic() > until:
            return False
        some = passages(min(PUT_AT_ONCE, size - progress.filled))
        store.put(progress.organization_id, some)
        progress.filled += len(some)
        progress.keep()
    return True


def measure(folder: Path, sizes: Sequence[int], questions: int, until: float) -> Progress:
    """Fill and ask size by size, as far as there is time."""
    progress = Progress.read(folder / "growth.json")
    topics()  # the same in each run; what follows is never the same
    random.bit_generator.state = np.random.default_rng(progress.filled).bit_generator.state
    with weaviate(folder) as store:
        for size in (size for size in sizes if size not in progress.p95):
            if not fill(store, progress, size, until) or time.monotonic() + SETTLE_SECONDS > until:
                break
            settle(store, progress.organization_id)
            times = [ask(store, progress.organization_id) for _number in range(questions)]
            progress.p95[size] = told(f"{size} passages, both legs", times)
            progress.keep()
    return progress


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--passages", type=int, nargs="+", default=[5_000, 20_000, 80_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="keep the server's data here, and go on from there")
    parser.add_argument("--minutes", type=float, default=60, help="stop after so long; the next run goes on")
    wanted = parser.parse_args()
    until = time.monotonic() + 60 * wanted.minutes
    call_command("migrate", verbosity=0)
    sizes = sorted(wanted.passages)
    with tempfile.TemporaryDirectory(prefix="weaviate-growth-") as scratch:
        folder = wanted.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        progress = measure(folder, sizes, wanted.questions, until)
    if not progress.p95.keys() >= set(sizes):
        print(f"not done: {progress.filled} passages so far; the same again with --folder goes on")
        return 2
    grown, bound = progress.p95[sizes[-1]] / progress.p95[sizes[0]], (sizes[-1] / sizes[0]) ** 0.5
    print(f"{sizes[-1] / sizes[0]:.0f} times the passages take {grown:.1f} times as long; bound {bound:.1f}")
    return 0 if grown <= bound else 1


if __name__ == "__main__":
    raise SystemExit(main())
