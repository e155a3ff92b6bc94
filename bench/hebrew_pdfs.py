"""How much of Hebrew PDFs is read right: words, pairs of neighbouring words, words turned round; time and
memory.

    .venv/bin/python bench/hebrew_pdfs.py [--pages 300] [--write-samples tests/retrieval/data/pdf]

Needs Chromium and LibreOffice, and packages of the development lock; a producer that is missing is left out
and named. The bounds: 99 % of the words, 97 % of the pairs, no word turned round; 300 pages within 60 s and
512 MB.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from bench import pdf_corpus as corpus  # noqa: E402
from retrieval.extract import extract  # noqa: E402
from tests.retrieval.pdf_score import Score, score  # noqa: E402

BOUNDS = Score(words=0.99, pairs=0.97, reversed_words=0)
SAMPLE_BLOCKS = 45


def measured(path: Path, truth: list[str]) -> tuple[Score, float]:
    began = time.perf_counter()
    found = extract(path.read_bytes(), filename=path.name)
    return score(truth, found.text), time.perf_counter() - began


def produced(producer: corpus.Producer, some: list[corpus.Block], folder: Path) -> Path | None:
    target = folder / f"{producer.name}.pdf"
    try:
        producer.write(some, target)
    except (OSError, ImportError, subprocess.SubprocessError) as error:
        print(f"{producer.name:26} left out: {error}")
        return None
    return target


def compare(some: list[corpus.Block], folder: Path) -> bool:
    """Print a line for each producer; tell whether all are within the bounds."""
    count = len(corpus.words_of(some))
    print(f"{'producer':26} {'words':>7} {'pairs':>7} {'reversed':>8} {'seconds':>8}   of {count} words")
    good = True
    for producer in corpus.PRODUCERS:
        if (path := produced(producer, some, folder)) is not None:
            found, seconds = measured(path, corpus.words_of(some))
            good = good and found.is_within(BOUNDS)
            shares = f"{found.words:7.4f} {found.pairs:7.4f} {found.reversed_words:8}"
            print(f"{producer.name:26} {shares} {seconds:8.1f}")
    return good


def long_document(pages: int, folder: Path) -> bool:
    """Print what a document of so many pages costs the process that reads it."""
    some = corpus.blocks()
    target = folder / "long.pdf"
    corpus.by_reportlab(some * (pages // 14 + 1), target, ordered=lambda line: line[::-1], most_pages=pages)
    _, seconds = measured(target, corpus.words_of(some))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{pages} pages: {seconds:.1f} s, at most {peak:.0f} MB in the reading process")
    return seconds <= 60 and peak <= 512


def write_samples(folder: Path) -> None:
    """Keep a small document of each producer, and its words, for the test suite."""
    folder.mkdir(parents=True, exist_ok=True)
    some = corpus.blocks()[:SAMPLE_BLOCKS]
    with tempfile.TemporaryDirectory() as scratch:
        for producer in corpus.PRODUCERS:
            if (path := produced(producer, some, Path(scratch))) is not None:
                (folder / path.name).write_bytes(path.read_bytes())
    words = json.dumps(corpus.words_of(some), ensure_ascii=False, indent=0)
    (folder / "words.json").write_text(words + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--write-samples", type=Path)
    wanted = parser.parse_args()
    if wanted.write_samples:
        write_samples(wanted.write_samples)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        good = compare(corpus.blocks(), Path(scratch))
        return 0 if long_document(wanted.pages, Path(scratch)) and good else 1


if __name__ == "__main__":
    raise SystemExit(main())
