"""What the loading commands share: indexing one document after another, in front of whoever waits."""

from collections import Counter
from collections.abc import Sequence

from django.core.management.base import OutputWrapper

from accounts import audit
from config.kernel.errors import DomainError
from retrieval.importing import ImportedDocument, Outcome, import_document


def import_all(
    items: Sequence[ImportedDocument], out: OutputWrapper, *, with_sentences: bool = True
) -> Counter[Outcome]:
    """Import the documents with a line of progress; call inside the organisation's scope."""
    counts: Counter[Outcome] = Counter()
    for number, item in enumerate(items, start=1):
        try:
            outcome = import_document(item, with_sentences=with_sentences)
        except DomainError as refusal:
            out.write(f"{item.external_id}: {refusal.message}")
            outcome = Outcome.REJECTED
        counts[outcome] += 1
        _show(number, len(items), out)
    audit.record("document.imported", actor_id=None, target=summary(counts))
    return counts


def summary(counts: Counter[Outcome]) -> str:
    """Return `3 added, 1 unchanged`."""
    return ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome]) or "none"


def _show(number: int, total: int, out: OutputWrapper) -> None:
    """Overwrite one line on a terminal; elsewhere write about ten lines in all."""
    text = f"indexed {number} of {total} documents"
    if out.isatty():
        out.write(f"\r{text}", ending="\n" if number == total else "")
        out.flush()
    elif number == total or number % max(1, total // 10) == 0:
        out.write(text)
