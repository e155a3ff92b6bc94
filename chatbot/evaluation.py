"""How good whole answers are, by questions of which is known what an answer must say.

An answer is right when it was not refused, cites an expected document, if any are, and holds every expected
word. A question that nothing answers is right when it was refused.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from chatbot.draft import Draft
from chatbot.llm.port import LanguageModel
from chatbot.turn import TurnRequest, run_turn
from conversations.types import MessageStatus, Turn
from retrieval.reading import JudgedQuestion
from retrieval.types import Reader

_MARK = re.compile(r"[ \t]*\[\d{1,2}\]")


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """What was answered to one question; `is_right` is None for a question that nothing answers.

    An answer without sources counts as a refusal: it says itself that the documents have none. `rank` is the
    place of the first expected document among those found, from 1, None where it is not among them.
    """

    question: JudgedQuestion
    text: str
    refused: bool
    is_right: bool | None
    level: str
    confidence: float = 0.0
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """Rates are None where no question counts.

    `sure_and_wrong` is the share of all questions whose answer is not right and yet sounds highly confident.
    """

    questions: int
    right: float | None
    refused_answerable: float | None
    refused_unanswerable: float | None
    sure_and_wrong: float | None


async def judge_answers(
    questions: Sequence[JudgedQuestion],
    reader: Reader,
    model: LanguageModel,
    *,
    owners: dict[UUID, str],
    progress: Callable[[int], object],
) -> list[JudgedAnswer]:
    """Ask every question by itself; `owners` has the external id of each document."""
    judged = []
    for number, question in enumerate(questions, start=1):
        draft = Draft(question.text)
        async for _step in run_turn(TurnRequest(_turn(question, reader), reader, ()), draft, model):
            pass
        judged.append(_judged(question, draft, owners))
        progress(number)
    return judged


def shares(judged: Iterable[JudgedAnswer]) -> Shares:
    """Return the shares of these answers."""
    every = list(judged)
    answerable = [one for one in every if one.question.is_answerable]
    others = [one for one in every if not one.question.is_answerable]
    return Shares(
        questions=len(every),
        right=_mean([bool(one.is_right) for one in answerable]),
        refused_answerable=_mean([one.refused for one in answerable]),
        refused_unanswerable=_mean([one.refused for one in others]),
        sure_and_wrong=_mean([one.level == "high" and not one.is_right for one in every]),
    )


def table(judged: Sequence[JudgedAnswer]) -> str:
    """Return the shares, in all and by tag, as a Markdown table."""
    tags = sorted({one.question.tag for one in judged})
    rows = [("all", shares(judged))]
    rows += [(tag, shares(one for one in judged if one.question.tag == tag)) for tag in tags]
    head = "| questions | n | right | refused, answerable | refused, unanswerable | sure and wrong |"
    return "\n".join([head, "|---|---:|---:|---:|---:|---:|", *(_row(*row) for row in rows)])


def reliability_table(judged: Iterable[JudgedAnswer]) -> str:
    """Return for each level, and for each tenth of the confidence, how many answers were right, as a
    Markdown table. An answer to a question that nothing answers is not right; refusals claim nothing.
    """
    given = [one for one in judged if not one.refused and one.level != "none"]
    groups = [(level, [one for one in given if one.level == level]) for level in ("high", "medium", "low")]
    for tenth in range(10):
        some = [one for one in given if min(int(one.confidence * 10), 9) == tenth]
        groups.append((f"{tenth / 10:.1f}–{(tenth + 1) / 10:.1f}", some))
    lines = ["| confidence | answers | said | right |", "|---|---:|---:|---:|"]
    for name, some in groups:
        if some:
            said = sum(one.confidence for one in some) / len(some)
            right = sum(bool(one.is_right) for one in some) / len(some)
            lines.append(f"| {name} | {len(some)} | {said:.2f} | {right:.2f} |")
    return "\n".join(lines)


def _judged(question: JudgedQuestion, draft: Draft, owners: dict[UUID, str]) -> JudgedAnswer:
    refused = draft.status == MessageStatus.REFUSED or draft.is_free
    said = _MARK.sub("", draft.text)
    cited = {owners.get(citation.document_id) for citation in draft.citations}
    is_cited = bool(cited & question.gold) or not question.gold
    is_right = not refused and is_cited and all(word in said for word in question.words)
    sure = draft.confidence
    return JudgedAnswer(
        question=question,
        text=draft.text,
        refused=refused,
        is_right=is_right if question.is_answerable else None,
        level=sure.level,
        confidence=sure.value,
        rank=_rank(question, draft, owners),
    )


def _rank(question: JudgedQuestion, draft: Draft, owners: dict[UUID, str]) -> int | None:
    found = draft.found.passages if draft.found else ()
    names = dict.fromkeys(owners.get(passage.document.id) for passage in found)
    places = [place for place, name in enumerate(names, start=1) if name in question.gold]
    return places[0] if places else None


def _turn(question: JudgedQuestion, reader: Reader) -> Turn:
    return Turn(
        conversation_id=uuid4(),
        session_id=question.id,
        question_id=uuid4(),
        answer_id=uuid4(),
        organization_id=reader.organization_id,
        user_id=reader.user_id,
        text=question.text,
        created=True,
    )


def _mean(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _row(name: str, found: Shares) -> str:
    rates = (found.right, found.refused_answerable, found.refused_unanswerable, found.sure_and_wrong)
    cells = " | ".join("–" if rate is None else f"{rate:.3f}" for rate in rates)
    return f"| {name} | {found.questions} | {cells} |"
