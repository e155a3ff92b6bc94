"""Evaluations: every question of the organisation's set is asked as a manager would ask it, and judged.

A run goes in steps of a few questions, each an event of the outbox: other work gets its turn in between,
and a process that dies costs one step. `chatbot/evaluation.py` says what is right.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import require_manager
from accounts.standing import active_person
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import EvaluationQuestion, EvaluationRun
from chatbot.evaluation import JudgedAnswer, judge_answers, shares
from chatbot.llm import build_model
from config.kernel import outbox
from config.kernel.errors import ConflictError, InvalidInputError
from config.kernel.outbox import OutboxMessage
from config.kernel.types import JSONObject
from retrieval.access import reader_of
from retrieval.reading import JudgedQuestion
from retrieval.types import Reader

EVALUATION_STEP = "evaluation.step"
QUESTIONS_AT_ONCE = 5
ANSWER_SHOWN = 600


class NothingToEvaluateError(InvalidInputError):
    code = "nothing_to_evaluate"
    message = _("There are no evaluation questions yet.")


class EvaluationUnderWayError(ConflictError):
    code = "evaluation_under_way"
    message = _("An evaluation is under way.")


def start_evaluation(*, actor: Actor) -> EvaluationRun:
    """Begin to ask all questions of the manager's organisation.

    Raises PermissionDeniedError, NothingToEvaluateError, and EvaluationUnderWayError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        if EvaluationRun.objects.filter(state=EvaluationRun.State.RUNNING).exists():
            raise EvaluationUnderWayError
        questions = [_kept(row) for row in EvaluationQuestion.objects.select_related("document")]
        if not questions:
            raise NothingToEvaluateError
        run = EvaluationRun.objects.create(
            organization_id=actor.organization_id, questions=questions, started_by_id=actor.user_id
        )
        audit.record("evaluation.started", actor_id=actor.user_id, target=run.pk)
        _go_on(run)
    made: EvaluationRun = run
    return made


def step(message: OutboxMessage) -> None:
    """Ask the next questions of a run and put the rest off to another event; asked already, do nothing."""
    run_id, begin = UUID(str(message.payload["run_id"])), int(str(message.payload["begin"]))
    with tenant_scope(message.organization_id):
        run = EvaluationRun.objects.filter(pk=run_id, state=EvaluationRun.State.RUNNING).first()
    if run is None or len(run.results) != begin:
        return
    starter = active_person(user_id=run.started_by_id, organization_id=run.organization_id)
    if starter is None or not starter.is_manager:  # nobody is left whose rights it could have
        _keep(run, [], run.model, is_last=True)
        return
    some = run.questions[begin : begin + QUESTIONS_AT_ONCE]
    judged, model = asyncio.run(_judged(some, reader_of(starter)))
    results = [_result(kept, one) for kept, one in zip(some, judged, strict=True)]
    _keep(run, results, model, is_last=begin + len(some) >= len(run.questions))


async def _judged(some: Sequence[JSONObject], reader: Reader) -> tuple[list[JudgedAnswer], str]:
    questions = [_question(kept) for kept in some]
    owners = {UUID(gold): gold for question in questions for gold in question.gold}
    model = build_model()
    try:
        return await judge_answers(
            questions, reader, model, owners=owners, progress=lambda _number: None
        ), model.name
    finally:
        await model.aclose()


def _keep(run: EvaluationRun, results: list[JSONObject], model: str, *, is_last: bool) -> None:
    with tenant_scope(run.organization_id), transaction.atomic():
        row = EvaluationRun.objects.select_for_update().filter(pk=run.pk).first()
        if row is None or len(row.results) != len(run.results):
            return  # deleted, or another process was faster
        row.results, row.model = [*row.results, *results], model[:100]
        if is_last:
            row.state, row.completed_at = EvaluationRun.State.COMPLETE, now()
            row.figures = figures_of(row.results)
        else:
            _go_on(row)
        row.save()


def figures_of(results: Sequence[JSONObject]) -> dict[str, Any]:
    """Return the shares of a run, each None where no question counts: those of the answers, and how well the
    search found the expected documents (R@1, R@5, MRR).
    """
    ranks: list[Any] = [one["rank"] for one in results if one["title"]]
    return {
        **asdict(shares(map(_as_judged, results))),
        "found": _share([rank is not None for rank in ranks]),
        "found_first": _share([rank == 1 for rank in ranks]),
        "found_in_five": _share([rank is not None and rank <= 5 for rank in ranks]),
        "reciprocal_rank": _share([1 / rank if rank else 0.0 for rank in ranks]),
    }


def _share(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _go_on(run: EvaluationRun) -> None:
    payload: JSONObject = {"run_id": str(run.pk), "begin": len(run.results)}
    outbox.emit(EVALUATION_STEP, organization_id=run.organization_id, payload=payload)


def _kept(row: EvaluationQuestion) -> JSONObject:
    return {
        "id": str(row.pk),
        "text": row.text,
        "document": str(row.document_id) if row.document_id else "",
        "title": row.document.title if row.document else "",
        "words": [*row.words.splitlines()],
    }


def _question(kept: JSONObject) -> JudgedQuestion:
    words: Any = kept["words"]
    return JudgedQuestion(
        id=str(kept["id"]),
        text=str(kept["text"]),
        gold=frozenset(filter(None, [str(kept["document"])])),
        tag="",
        words=tuple(words),
    )


def _result(kept: JSONObject, one: JudgedAnswer) -> JSONObject:
    return {
        **kept,
        "answer": one.text[:ANSWER_SHOWN],
        "refused": one.refused,
        "right": one.is_right,
        "level": one.level,
        "confidence": round(one.confidence, 4),
        "rank": one.rank,
    }


def _as_judged(result: JSONObject) -> JudgedAnswer:
    is_right: Any = result["right"]
    return JudgedAnswer(
        _question(result), str(result["answer"]), bool(result["refused"]), is_right, str(result["level"])
    )
