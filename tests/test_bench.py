"""What the bench makes of its figures: the median of the rounds decides, and all of it is written; and that
it hears answers as they were said."""

import asyncio
import json
from collections import defaultdict
from pathlib import Path

import pytest

from bench import report
from bench.gateways import goals, load, loads, profile
from bench.gateways.goals import LITELLM, OURS, PLAIN, STRAIGHT, Goal, Row
from bench.gateways.peers import Peer

GATEWAYS = {PLAIN} | {name for at in loads.LOADS for name in at.asked}
METRICS = ("us_per_token", "us_per_token_with_questions", "tokens_per_second", "first_token_p50_ms")


def figures(value: float) -> Row:
    """Return a row in which every figure that is asked for has this value."""
    row: Row = defaultdict(lambda: value)
    row.update(dict.fromkeys((*METRICS, "first_token_p95_ms"), value))
    return row


def rows(ours: float, peers: float) -> dict[str, Row]:
    by_name = {name: figures(ours if name == OURS else peers) for name in GATEWAYS}
    return {**by_name, STRAIGHT: figures(ours / 2)}


@pytest.mark.parametrize(("bound", "met"), [(0.5, True), (0.4, False)])
def test_the_median_of_the_rounds_decides(bound: float, met: bool) -> None:
    goal = Goal(1, "a ratio", "8 x 50", goals.ratio("us_per_token", LITELLM), "≤", bound)
    judged = goal.judged([rows(1, 10), rows(5, 10), rows(90, 10)])
    assert (judged["min"], judged["median"], judged["max"], judged["met"]) == (0.1, 0.5, 9.0, met)


def test_what_is_added_to_the_model_itself_is_compared() -> None:
    figure = goals.added("first_token_p50_ms", LITELLM, ours="relayed_p50_ms")
    ours, peer, straight = figures(3), figures(21), figures(1)
    assert figure({OURS: ours, LITELLM: peer, STRAIGHT: straight}) == 0.1


def test_every_goal_is_measured_here_or_named_as_measured_apart() -> None:
    measured = {goal.number for goal in report.ALL_GOALS}
    apart = {int(number) for number in goals.MEASURED_APART}
    assert measured | apart == set(range(1, 22))
    assert not measured & apart


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    return page


def test_the_figures_stand_in_the_page_between_its_marks(written: Path) -> None:
    found = {goal.load: [rows(2, 10)] for goal in goals.GOALS if goal.number != 6}
    seen = profile.summed_up(
        "all flow", ["main (manage.py:9);feed (chatbot/citations.py:70) 3", "main (manage.py:9) 1"]
    )
    report.write(found, [seen], rounds=1)
    page = written.read_text(encoding="utf-8")
    assert page.startswith("before\n<!-- figures -->\n")
    assert page.endswith("<!-- /figures -->\nafter\n")
    assert "\nold\n" not in page
    assert f"| 40 x 50 | {LITELLM} | 10 |" in page
    assert "| citations, drafting | 75.0% |" in page
    assert "- 6: questions a second" in page  # its section failed
    results = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    assert len(results["goals"]) == len([goal for goal in goals.GOALS if goal.number != 6])


def test_a_run_of_some_sections_leaves_the_others_as_they_are(written: Path) -> None:
    report.write({"40 x 50": [rows(2, 10)], "20 x 100": [rows(2, 10)]}, rounds=1)
    report.write({"40 x 50": [rows(3, 10)]}, rounds=3)
    results = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    assert [results["sections"][name]["rounds"] for name in ("40 x 50", "20 x 100")] == [3, 1]
    medians = {goal["load"]: goal["median"] for goal in results["goals"] if goal["goal"] in {4, 16}}
    assert medians == {"20 x 100": 0.2, "40 x 50": 3}
    assert "1 to 3 rounds" in written.read_text(encoding="utf-8")


async def heard_from(*reads: bytes, ours: bool) -> load.Heard:
    """Return what is heard of an answer that comes in these reads."""
    heard = load.Heard(streams=1)
    answer = load.Answer(b"", heard, ours=ours)
    for read in reads:
        answer.data_received(read)
    answer.connection_lost(None)
    await answer.ended
    return heard


@pytest.mark.parametrize("torn_at", [1, 40, 90, 200])
async def test_words_are_counted_once_however_the_wire_tears_them(torn_at: int) -> None:
    frames: list[dict[str, object]] = [
        {"type": "sources", "text": "1.5 no word of the answer"},
        {"type": "stage", "stage": "writing"},
        {"type": "delta", "text": "7.0 7.1"},
        {"type": "delta", "text": " 7.2 "},
        {"type": "done", "text": "7.0 7.1 7.2 "},
    ]
    events = [f"data: {json.dumps(frame, separators=(',', ':'))}\n\n".encode() for frame in frames]
    said = b"".join(events)
    heard = await heard_from(said[:torn_at], said[torn_at:], ours=True)
    assert (heard.tokens, heard.bytes, len(heard.first), len(heard.relayed)) == (3, len(said), 1, 1)


async def test_an_answer_without_words_is_a_failure() -> None:
    with pytest.raises(ConnectionError):
        await heard_from(b"HTTP/1.1 500 No\r\n\r\n", ours=False)


async def test_the_scripted_model_says_as_many_words_as_it_was_told() -> None:
    pytest.importorskip("uvloop")
    from bench.streaming.model_server import ModelServer

    server = await asyncio.start_server(ModelServer(tokens=1, rate=1, answers=9)._connection, "127.0.0.1", 0)
    async with server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.to_thread(loads.follow_script, address, tokens=30, rate=10_000)
        async with asyncio.timeout(30):
            heard = await load.asked(Peer("the model", address, 0), 3)
    assert heard.tokens == 90
    assert loads.row_of(heard)["first_token_p50_ms"] > 0
