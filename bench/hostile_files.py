"""Whether people go on being served while an organisation uploads bombs, broken files and two files in one.

    .venv/bin/python bench/hostile_files.py

Starts the product by itself, uploads every file of `tests/retrieval/hostile.py` as a manager does, and asks
an employee's questions of the search and reads a list all the while. Prints what became of the files and how
long the answers took, beside those of the same product before the first upload. Fails when a file is not
refused with one of its reasons, when any answer fails, or when their 95th percentile is above 500 ms.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.documents import DOCUMENTS, ORGANIZATION, QUESTION  # noqa: E402
from tests.e2e.servers import Person, Product  # noqa: E402
from tests.retrieval.hostile import FILES, Hostile  # noqa: E402

BOUND_MS = 500
ASKED_BEFORE = 30
REFUSED_WITHIN_SECONDS = 400
PATHS = (f"/api/v1/search?q={QUESTION}", "/api/v1/conversations", "/health/live")


class Asking:
    """Somebody who asks on and on; `times` in milliseconds, `failed` the answers that were none."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.times: list[float] = []
        self.failed = 0

    def once(self, path: str) -> None:
        began = time.perf_counter()
        try:
            self.failed += not self._client.get(path).is_success
        except httpx.HTTPError:
            self.failed += 1
        self.times.append((time.perf_counter() - began) * 1000)

    def told(self, name: str) -> float:
        median, high = np.quantile(self.times, (0.5, 0.95))
        print(
            f"{name}: {len(self.times)} requests, {self.failed} failed; median {median:.0f} ms,"
            f" p95 {high:.0f} ms, longest {max(self.times):.0f} ms",
            flush=True,
        )
        return float(high)


@contextmanager
def going_on(asking: Asking) -> Iterator[None]:
    """Ask in a thread of its own for as long as the block lasts."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            for path in PATHS:
                asking.once(path)
            over.wait(0.3)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def upload(client: httpx.Client, file: Hostile, made: bytes) -> tuple[str, str]:
    """Return the code of the refusal and no id, or no code and the id of what waits for a worker."""
    sent = client.post("/api/v1/documents", files={"file": (file.filename, made)}, data={"title": file.what})
    said = sent.json()
    return ("", said["id"]) if sent.status_code == 202 else (str(said["code"]), "")


def verdict(client: httpx.Client, document_id: str) -> str:
    """Wait until the document is settled; return its error's code, or its status where there is none."""
    until = time.monotonic() + REFUSED_WITHIN_SECONDS
    while time.monotonic() < until:
        said = client.get(f"/api/v1/documents/{document_id}").json()
        if said["status"] not in {"pending", "indexing"}:
            return str(said["error"]["code"] if said["error"] else said["status"])
        time.sleep(1)
    return "not settled"


def refuse_all(client: httpx.Client, made: Sequence[bytes]) -> bool:
    """Upload every file; tell whether each was refused with a reason of its own."""
    outcomes = [(file, *upload(client, file, data)) for file, data in zip(FILES, made, strict=True)]
    codes = [(file, code or verdict(client, waiting)) for file, code, waiting in outcomes]
    at_once = sum(1 for _file, code, _waiting in outcomes if code)
    print(f"{len(FILES)} files: {at_once} refused at once, the others by the worker", flush=True)
    for code, count in Counter(code for _file, code in codes).most_common():
        print(f"  {code}: {count}")
    strange = [(file.what, code) for file, code in codes if code not in file.codes]
    for what, code in strange:
        print(f"  not as expected: {what}: {code}")
    return not strange


def client_of(product: Product, person: Person) -> httpx.Client:
    client = httpx.Client(base_url=product.url, timeout=60)
    login = {"username": person.username, "password": person.password}
    access = client.post("/login", json=login).raise_for_status().json()["access"]
    client.headers["Authorization"] = f"Bearer {access}"
    return client


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="hostile-files-") as home, Product(Path(home)) as product:
        manager = product.organization(ORGANIZATION, DOCUMENTS)
        with closing(client_of(product, manager)) as asker, closing(client_of(product, manager)) as uploader:
            before = Asking(asker)
            for _turn in range(ASKED_BEFORE):
                for path in PATHS:
                    before.once(path)
            before.told("before")
            # Made before: packing a bomb would keep the asker's thread of this process waiting.
            made = [file.make() for file in FILES]
            meanwhile, began = Asking(asker), time.monotonic()
            with going_on(meanwhile):
                good = refuse_all(uploader, made)
            print(f"all settled after {time.monotonic() - began:.0f} s")
            high = meanwhile.told("meanwhile")
    return 0 if good and not meanwhile.failed and high <= BOUND_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
