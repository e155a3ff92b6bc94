"""What the search is compared with: BM25 over the words as they stand."""

import re
from collections.abc import Sequence

import numpy as np

from retrieval.bm25 import Bm25, Vocabulary, postings_of
from retrieval.evaluation import Figures, Judged, by_tag, figures
from retrieval.importing import ImportedDocument
from retrieval.reading import JudgedQuestion

_WORD = re.compile(r"\w+")


def judge_by_raw_words(
    documents: Sequence[ImportedDocument], questions: Sequence[JudgedQuestion]
) -> list[Judged]:
    r"""Return the ranks by BM25 (k1 = 1.2, b = 0.75) over the `\w+` of title and text, nothing normalised;
    nothing is refused, and a document without a word of the question has no rank.
    """
    vocabulary = Vocabulary()
    texts = [vocabulary.count(_WORD.findall(f"{each.title} {each.text}")) for each in documents]
    index = Bm25([postings_of(texts)])
    judged = []
    for question in questions:
        [scores] = index.scores(vocabulary.numbers(_WORD.findall(question.text)))
        order = [
            documents[place].external_id for place in np.argsort(-scores, kind="stable") if scores[place] > 0
        ]
        rank = next((place for place, name in enumerate(order, start=1) if name in question.gold), None)
        judged.append(
            Judged(question.id, question.tag, bool(question.gold), rank, refused=False, confidence=0.0)
        )
    return judged


def compared(raw: Sequence[Judged], found: Sequence[Judged]) -> str:
    """Return the figures of both by tag as a Markdown table; a tag that is below in any of them is marked."""
    head = "| R@1 / R@5 / MRR | n | raw BM25 | search |"
    tags, others = by_tag(found), by_tag(raw)
    rows = [_row(tag, others[tag], own) for tag, own in tags.items() if own.answerable]
    return "\n".join([head, "|---|---:|---:|---:|", *rows, _row("all", figures(raw), figures(found))])


def _row(name: str, raw: Figures, found: Figures) -> str:
    pairs = zip(_shares(raw), _shares(found), strict=True)
    below = " **below**" if any(own < other for other, own in pairs) else ""
    said = (" / ".join(f"{share:.2f}" for share in _shares(each)) for each in (raw, found))
    return f"| {name} | {found.answerable} | {' | '.join(said)}{below} |"


def _shares(one: Figures) -> tuple[float, ...]:
    return tuple(share or 0.0 for share in (one.r_at_1, one.r_at_5, one.mrr))
