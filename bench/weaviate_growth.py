"""How the time of a search on Weaviate grows with the passages of one organisation.

    .venv/bin/python bench/weaviate_growth.py [--passages 5000 20000 80000] [--questions 200]

Starts a Weaviate of its own by `tools.stack` in a scratch folder, fills one tenant with the generated texts
and vectors of `many_passages`, and asks for both legs at each size, two minutes after the last passage at
most: the server puts its word index in order meanwhile. Fails when the 95th percentile grows by more than
the square root of the size. Ends the server and removes the folder.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from django.core.management import call_command  # noqa: E402

from bench.many_passages import GeneratedEmbedder, Took, near_topics, tokens_of, told, words  # noqa: E402
from retrieval.types import EVERYONE  # noqa: E402
from retrieval.vectors.port import StoredPassage, StoreQuery  # noqa: E402
from retrieval.vectors.weaviate import WeaviateStore  # noqa: E402
from tests.real_servers import stack_setting  # noqa: E402

WORDS_OF_A_PASSAGE = 80
PUT_AT_ONCE = 500
SETTLE_SECONDS = 120
WARMING = 20


@contextmanager
def weaviate() -> Iterator[WeaviateStore]:
    """Give a store on a server that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="weaviate-growth-") as folder:
        os.environ["SICHA_STACK_HOME"] = folder
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--passages", type=int, nargs="+", default=[5_000, 20_000, 80_000])
    parser.add_argument("--questions", type=int, default=200)
    wanted = parser.parse_args()
    call_command("migrate", verbosity=0)
    sizes, high = sorted(wanted.passages), list[float]()
    with weaviate() as store:
        organization_id, filled = uuid4(), 0
        for size in sizes:
            began = time.perf_counter()
            while filled < size:
                some = passages(min(PUT_AT_ONCE, size - filled))
                store.put(organization_id, some)
                filled += len(some)
            print(f"{size} passages, the last put in {time.perf_counter() - began:.0f} s", flush=True)
            settle(store, organization_id)
            high.append(
                told("both legs", [ask(store, organization_id) for _number in range(wanted.questions)])
            )
    grown, bound = high[-1] / high[0], (sizes[-1] / sizes[0]) ** 0.5
    print(f"{sizes[-1] / sizes[0]:.0f} times the passages take {grown:.1f} times as long; bound {bound:.1f}")
    return 0 if grown <= bound else 1


if __name__ == "__main__":
    raise SystemExit(main())
