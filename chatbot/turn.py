"""The story of one answer: search, weigh, write, cite. Everything before is carrying, everything after is
keeping."""

import json
from bisect import bisect_right
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from django.utils.translation import gettext_lazy as _

from accounts.selectors import choices_of
from chatbot.approved import ApprovedWords, prompt_of
from chatbot.citations import CitationStream, in_order, marked_by_passage
from chatbot.draft import NOT_BEGUN, Begun, Draft
from chatbot.llm.port import LanguageModel, Prompt
from chatbot.prompting import build_prompt, free_prompt, masked, worded
from chatbot.refusing import cut_short, refusal, search_is_away, without_sources
from chatbot.searching import Search, SearchTurn, at_once
from chatbot.small_talk import small_talk
from chatbot.trial import is_answered
from config.kernel.database import in_database, in_worker
from config.kernel.errors import ConflictError
from conversations.selectors import recent_history
from conversations.services import storable
from conversations.types import QUOTING, HistoryItem, MessageStatus, Turn
from retrieval.approved import FoundAnswer
from retrieval.embeddings.port import EmbeddingsUnavailableError
from retrieval.evidence import NO_EVIDENCE
from retrieval.follow_ups import standalone
from retrieval.types import FoundPassage, Reader, SearchResult
from retrieval.vectors.port import StoreUnavailableError

HISTORY_ITEMS = 12
# A frame holds at most 64 KB; an answer fits into one with its citations: some 20,000 Hebrew letters.
FRAME_CHARACTERS = 8_000
ANSWER_BYTES = 40_000
LETTER_BYTES = 6  # at most, as of a control character


@dataclass(frozen=True, slots=True)
class StageReached:
    stage: Literal["queued", "searching", "writing"]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SourcesFound:
    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True, slots=True)
class TextWritten:
    text: str


class SourcesChangedError(ConflictError):
    """What a begun answer cites is not there any more, so nothing can be added to it."""

    code = "sources_changed"
    message = _("The documents have changed since the answer was begun. The question can be answered anew.")


Progress: TypeAlias = StageReached | SourcesFound | TextWritten


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """A question to answer. `history` replaces the stored conversation where a program sends its own; an
    answer that was `begun` is gone on with."""

    turn: Turn
    reader: Reader
    history: tuple[HistoryItem, ...] | None = None
    begun: Begun = NOT_BEGUN


async def run_turn(
    request: TurnRequest, draft: Draft, model: LanguageModel, search_turn: SearchTurn = at_once
) -> AsyncGenerator[Progress, None]:
    """Answer one question, filling `draft` and reporting progress. The documents are searched within
    `search_turn` of the organisation.

    Where the documents cannot be searched the answer is a refusal that says so, with the reason's code: a
    model left to itself would make something up. Raises the errors of the model's seam; what was written
    until then stays in the draft.
    """
    question = request.turn.text
    for text in _in_frames(draft, draft.begun.text):
        yield _write(draft, text)
    history = request.history if request.history is not None else await _history(request.turn)
    draft.searched = searched = _searched(question, history)
    if reply := small_talk(question, goes_on=searched != question):
        yield _write(draft, reply)
        return
    yield StageReached("searching")
    search = Search(searched, request.reader, request.turn.conversation_id, search_turn, question)
    if not draft.begun.text:
        draft.approved = await search.approved()
    if draft.approved is not None:
        steps = _repeated(draft, draft.approved)
    else:
        steps = _from_documents(draft, model, search, history)
    async with aclosing(steps):
        async for step in steps:
            yield step


async def _repeated(draft: Draft, answer: FoundAnswer) -> AsyncGenerator[Progress, None]:
    """Answer in the words that a manager approved."""
    draft.found = SearchResult(answer.passages, NO_EVIDENCE, 0.0)
    yield SourcesFound(answer.passages)
    yield StageReached("writing")
    async with aclosing(_written(ApprovedWords(answer), prompt_of(answer), draft)) as written:
        async for step in written:
            yield step


async def _from_documents(
    draft: Draft, model: LanguageModel, search: Search, history: Sequence[HistoryItem]
) -> AsyncGenerator[Progress, None]:
    """Answer from what the search finds, or freely where that is chosen, or refuse."""
    question = draft.question
    try:
        draft.found = found = await search.result()
    except (StoreUnavailableError, EmbeddingsUnavailableError) as failure:
        if draft.begun.text:
            raise
        draft.status, draft.error_code = MessageStatus.REFUSED, failure.code
        yield _write(draft, search_is_away(question))
        return
    answered = bool(draft.begun.text) or await in_worker(is_answered)(draft.meant, found)
    draft.is_free = not answered and await _may_be_free(search.reader, model)
    if not draft.is_free:
        yield SourcesFound(found.passages)
    if not (answered or draft.is_free):
        draft.status = MessageStatus.REFUSED
        yield _write(draft, refusal(question, found))
        return
    prompt = free_prompt(question, history) if draft.is_free else _prompt(draft, found, history)
    prompt = await _shown(prompt, search.reader)
    yield StageReached("writing")
    if draft.is_free:
        draft.found = None  # nothing of it is a source of the answer
        yield _write(draft, without_sources(question))
    async with aclosing(_written(model, prompt, draft)) as written:
        async for step in written:
            yield step


def _prompt(draft: Draft, found: SearchResult, history: Sequence[HistoryItem]) -> Prompt:
    passages, cited = _cited_first(found.passages, draft.begun)
    begun = marked_by_passage(draft.begun.text, draft.begun.citations, passages)
    prompt = build_prompt(question=draft.question, passages=passages, history=history, begun=begun)
    prompt = replace(prompt, is_whole=found.is_whole, meant=draft.meant)
    if cited > len(prompt.passages):
        raise SourcesChangedError
    return prompt


def _cited_first(passages: Sequence[FoundPassage], begun: Begun) -> tuple[tuple[FoundPassage, ...], int]:
    """Return the passages with those that the answer cites first, in the order of its numbers, and how many
    those are.

    Raises SourcesChangedError when one of them is not found any more: gone, or no longer to be read.
    """
    found = {passage.id: passage for passage in passages}
    cited = dict.fromkeys(citation.passage_id for citation in in_order(begun.citations))
    if not found.keys() >= cited.keys():
        raise SourcesChangedError
    others = (each for each in passages if each.id not in cited)
    return (*(found[each] for each in cited), *others), len(cited)


async def _written(model: LanguageModel, prompt: Prompt, draft: Draft) -> AsyncGenerator[TextWritten, None]:
    """Yield what the model writes with its markers made good, in frames that are not too long."""
    begun, draft.model, is_cut = draft.begun, model.name, False
    draft.markers = markers = CitationStream(prompt.passages, begun=begun.text, cited=begun.citations)
    async with aclosing(model.stream(prompt)) as pieces:
        async for piece in pieces:
            draft.tokens, is_cut = piece.tokens or draft.tokens, is_cut or piece.is_cut
            for text in _in_frames(draft, markers.feed(piece)):
                yield _write(draft, text)
            if draft.size >= ANSWER_BYTES:
                break
    for text in _in_frames(draft, markers.flush()):
        yield _write(draft, text)
    if is_cut or draft.size >= ANSWER_BYTES:
        yield _write(draft, cut_short(draft.question))


def _in_frames(draft: Draft, text: str) -> list[str]:
    text = storable(text)
    room = ANSWER_BYTES - draft.size
    if len(text) * LETTER_BYTES > room and _size(text) > room:
        text = text[: bisect_right(range(len(text) + 1), room, key=lambda end: _size(text[:end])) - 1]
        draft.size = ANSWER_BYTES - _size(text)  # nothing more comes after it
    return [text[start : start + FRAME_CHARACTERS] for start in range(0, len(text), FRAME_CHARACTERS)]


def _write(draft: Draft, text: str) -> TextWritten:
    draft.parts.append(text)
    draft.size += _size(text)
    return TextWritten(text)


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2


def _searched(question: str, history: Sequence[HistoryItem]) -> str:
    """Return what to search: a question that goes on takes those before it along."""
    return standalone(question, [item.text for item in history if item.role == "user"])


async def _history(turn: Turn) -> tuple[HistoryItem, ...]:
    return await in_database(recent_history)(turn=turn, limit=HISTORY_ITEMS)


async def _may_be_free(reader: Reader, model: LanguageModel) -> bool:
    """Tell whether the model may answer out of itself: the organisation wants it, and it can do more than
    quote.
    """
    if model.name == QUOTING:
        return False
    choices = await in_database(choices_of)(organization_id=reader.organization_id)
    return choices.answers_freely


async def _shown(prompt: Prompt, reader: Reader) -> Prompt:
    """Return what the model may see of the prompt: as the organisation has chosen."""
    choices = await in_database(choices_of)(organization_id=reader.organization_id)
    wanted = worded(prompt, choices.tone)
    return await in_worker(masked)(wanted) if choices.masks_personal_data else wanted
