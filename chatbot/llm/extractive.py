"""The answerer that needs no model: it quotes the best sentences of the passages, verbatim, each with its
citation."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from chatbot.llm.port import Piece, Prompt
from retrieval.types import FoundPassage, Sentence

MAX_SENTENCES = 3
MAX_PASSAGES = 3
WORDS_PER_PIECE = 4
# Below this share of the best sentence's weight a further sentence is filler, not part of the answer.
WORTH_QUOTING = 0.72


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: int  # of its passage, from 1
    passage: FoundPassage
    sentence: Sentence

    @property
    def weight(self) -> float:
        """Sentence relevance plus the passage's: a fair sentence of the right passage beats a good one of
        a wrong one."""
        return self.sentence.score + self.passage.score

    @property
    def place(self) -> tuple[int, int]:
        return self.number, self.sentence.start


class Extractive:
    """Quotes two or three sentences in document order; never writes a word of its own."""

    name = "extractive"

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        for index, candidate in enumerate(best_sentences(prompt.passages)):
            if index:
                yield Piece("\n\n")
            for part in _in_parts(candidate.sentence.text):
                yield Piece(part, verbatim=True)
            yield Piece(f" [{candidate.number}]")

    async def is_healthy(self) -> bool:
        return True

    async def aclose(self) -> None:
        return None


def best_sentences(passages: tuple[FoundPassage, ...]) -> list[_Candidate]:
    """Return up to three sentences worth quoting, in document order."""
    candidates = [
        _Candidate(number, passage, sentence)
        for number, passage in enumerate(passages[:MAX_PASSAGES], start=1)
        for sentence in passage.sentences
    ]
    ranked = sorted(candidates, key=lambda candidate: candidate.weight, reverse=True)
    if not ranked:
        return []
    floor = ranked[0].weight * WORTH_QUOTING
    chosen: list[_Candidate] = []
    seen: set[str] = set()
    for candidate in ranked:
        words = " ".join(candidate.sentence.text.split())
        if candidate.weight < floor or len(chosen) == MAX_SENTENCES:
            break
        if words not in seen:
            seen.add(words)
            chosen.append(candidate)
    return sorted(chosen, key=lambda candidate: candidate.place)


def _in_parts(sentence: str) -> list[str]:
    """Cut at every few words, so that a reader sees it arrive and `stop` has somewhere to stop."""
    words = re.findall(r"\s*\S+", sentence)
    return [
        "".join(words[start : start + WORDS_PER_PIECE]) for start in range(0, len(words), WORDS_PER_PIECE)
    ]
