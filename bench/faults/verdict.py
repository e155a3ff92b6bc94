"""What database and stores say afterwards, against what people were told; asked without the product."""

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from bench.faults.product import Product
from bench.faults.traffic import Asked

HEAL_SECONDS = 120
POLL_SECONDS = 2
SHOWN = 10
QUESTIONS = "SELECT id::text, text, client_id FROM conversations_message WHERE role = 'user'"
ANSWERS = "SELECT id::text, parent_id::text, status, text FROM conversations_message WHERE role = 'assistant'"
OPEN = "SELECT count(*) FROM conversations_message WHERE status IN ('queued', 'streaming')"
WAITING = "SELECT count(*) FROM outbox_outboxrow WHERE completed_at IS NULL AND dead_at IS NULL"
DEAD = "SELECT count(*) FROM outbox_outboxrow WHERE dead_at IS NOT NULL"
COUNTED = "SELECT coalesce(sum(questions), 0) FROM analytics_dailyusage"


@dataclass(slots=True)
class Verdict:
    """`lost` and `doubled` say what; the rest are counts, and seconds from the end of the last fault."""

    asked: int = 0
    acknowledged: int = 0
    answered: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    most_tries: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    closed_answers: int = 0
    counted_answers: int = 0
    waiting: int = 0
    dead: int = 0
    exact: bool = False
    differences: int = -1
    healed_seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        counted = self.counted_answers == self.closed_answers
        return self.exact and counted and not (self.lost or self.doubled or self.dead)

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        for name in ("lost", "doubled"):
            found[name] = {"count": len(found[name]), "first": found[name][:SHOWN]}
        return {"good": self.is_good, **found}


def judge(product: Product, told: Iterable[Asked], *, heal_seconds: float = HEAL_SECONDS) -> Verdict:
    """Wait until nothing is under way any more and the stores agree, at most so long; then compare."""
    began, verdict = time.monotonic(), Verdict()
    while True:
        product.revive()
        _look(product, verdict)
        verdict.healed_seconds = round(time.monotonic() - began, 1)
        if verdict.exact or verdict.healed_seconds > heal_seconds:
            break
        time.sleep(POLL_SECONDS)
    _compare(product, list(told), verdict)
    return verdict


def _look(product: Product, verdict: Verdict) -> None:
    with psycopg.connect(product.settings["DATABASE_URL"]) as database:
        verdict.waiting, verdict.dead = _number(database, WAITING), _number(database, DEAD)
        settled = not verdict.waiting and not _number(database, OPEN)
    if settled or verdict.differences < 0:
        done = product.manage("reconcile", "--deep", "--json")
        if done.stdout.startswith("{"):
            report = json.loads(done.stdout)
            verdict.differences = report["differences"] + report["on_the_way"]
            verdict.exact = settled and report["exact"] and not report["on_the_way"]


def _compare(product: Product, told: list[Asked], verdict: Verdict) -> None:
    with psycopg.connect(product.settings["DATABASE_URL"]) as database:
        questions = {row[0]: (row[1], row[2]) for row in database.execute(QUESTIONS)}
        answers = {row[0]: (row[1], row[2], row[3]) for row in database.execute(ANSWERS)}
        verdict.counted_answers = _number(database, COUNTED)
    verdict.closed_answers = sum(status not in {"queued", "streaming"} for _q, status, _t in answers.values())
    acknowledged = [each for each in told if each.question_id]
    verdict.asked, verdict.acknowledged = len(told), len(acknowledged)
    verdict.answered = sum(bool(each.status) for each in told)
    verdict.statuses = dict(Counter(each.status or "none" for each in told))
    verdict.most_tries = max((each.tries for each in told), default=0)
    for each in acknowledged:
        if questions.get(each.question_id) != (each.text, each.key):
            verdict.lost.append(f"question {each.question_id}")
        if not _is_kept(each, answers.get(each.answer_id)):
            kept = answers.get(each.answer_id, ("", "nothing"))[1]
            verdict.lost.append(f"answer {each.answer_id}: told {each.status or 'no end'}, kept {kept}")
    if verdict.differences > 0:
        verdict.lost.append(f"{verdict.differences} differences between the database and archive or graph")
    verdict.doubled += [
        f"key {key}" for key, n in Counter(key for _t, key in questions.values()).items() if n > 1
    ]
    verdict.doubled += [f"answer to {q}" for q, n in Counter(a[0] for a in answers.values()).items() if n > 1]


def _is_kept(asked: Asked, stored: tuple[str, str, str] | None) -> bool:
    """Tell whether the answer belongs to its question and, where its end was told, ended like that."""
    if stored is None or stored[0] != asked.question_id:
        return False
    if asked.status in {"", "failed"}:  # no end was told: any will do
        return True
    return (asked.status, asked.answer) == stored[1:]


def _number(database: "psycopg.Connection[Any]", query: str) -> int:
    row = database.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0
