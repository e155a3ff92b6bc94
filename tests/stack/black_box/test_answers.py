"""A question asked through a balancer, on any way, at any replica."""

import pytest

from tests.e2e.documents import LEAVE, QUESTION
from tests.fakes.cardboard import CardboardModel
from tests.stack.black_box.people import Person, sequence_of, text_of

SAID = "מכסת החופשה היא 21 ימים. [1]\n\nVPN הוא הכלי לגישה מרחוק, והמוקד זמין ב-+972-3-123-4567. [1]"
ANSWER = SAID[:-3] + "[2]"  # what the model names twice for two sentences bears them out by two quotations
BEGINNING = "מכסת"
PERMITTED = len(BEGINNING) + 2  # what follows a word decides whether it ends there


def test_a_program_gets_the_whole_answer_with_its_sources(manager: Person, model: CardboardModel) -> None:
    model.script(SAID, size=8)
    model.allow()
    with manager.program() as client:
        answer = client.post("/chat", json={"prompt": QUESTION, "session_id": "s1"}).raise_for_status().json()
    assert (answer["status"], answer["session_id"], answer["response"]) == ("complete", "s1", ANSWER)
    assert answer["citations"][0]["number"] == 1
    assert answer["sources"][0]["document"]["title"] == LEAVE


def test_events_arrive_while_the_model_still_writes(manager: Person, model: CardboardModel) -> None:
    model.script(SAID)
    with manager.events(QUESTION) as events:
        model.allow(PERMITTED)
        read = ""
        while not read.startswith(BEGINNING):
            frame = next(events)
            read += frame.get("text", "") if frame["type"] == "delta" else ""
        model.allow()
        rest = list(events)
    assert rest[-1]["type"] == "done"
    assert read + text_of(rest) == ANSWER


def test_frames_arrive_while_the_model_still_writes(manager: Person, model: CardboardModel) -> None:
    model.script(SAID)
    with manager.socket() as socket:
        socket.ask(QUESTION)
        model.allow(PERMITTED)
        socket.text_until(BEGINNING)
        model.allow()
        done = socket.until("done")
        assert (done["status"], done["text"], text_of(socket.seen)) == ("complete", ANSWER, ANSWER)


def test_every_replica_goes_on_with_an_answer_where_the_reader_was(
    manager: Person, model: CardboardModel, replicas: list[str], door: str
) -> None:
    model.script(SAID)
    with manager.socket() as first:
        answer = first.ask(QUESTION)
        model.allow(PERMITTED)
        first.text_until(BEGINNING)
        seen = first.seen[-1]["seq"]
    resumed = []
    for address in [*replicas, door]:
        with manager.at(address).socket() as socket:
            socket.send(type="resume", answer_id=answer, after_seq=0)
            assert socket.text_until(BEGINNING)
            resumed.append(sequence_of(socket.seen)[-1])
    assert resumed == [seen] * len(resumed)
    with manager.socket() as last:
        last.send(type="resume", answer_id=answer, after_seq=seen)
        model.allow()
        done = last.until("done")
    assert (done["text"], text_of(first.seen) + text_of(last.seen)) == (ANSWER, ANSWER)
    assert sequence_of(first.seen + last.seen) == list(range(1, done["seq"] + 1))


def test_events_can_be_taken_up_at_another_replica(
    manager: Person, model: CardboardModel, replicas: list[str]
) -> None:
    model.script(SAID, size=8)
    with manager.at(replicas[0]).socket() as socket:
        answer = socket.ask(QUESTION)
        model.allow()
        done = socket.until("done")
    with manager.at(replicas[1]).program() as client:
        stream = client.get(f"/api/v1/answers/{answer}/events", params={"after": done["seq"] - 1})
    assert f"id: {done['seq']}" in stream.raise_for_status().text


@pytest.mark.parametrize("way", ["socket", "rest"])
def test_another_replica_stops_an_answer(
    manager: Person, model: CardboardModel, replicas: list[str], way: str
) -> None:
    model.script(SAID)
    with manager.at(replicas[0]).socket() as reader:
        answer = reader.ask(QUESTION)
        model.allow(PERMITTED)
        reader.text_until(BEGINNING)
        stop(manager.at(replicas[1]), answer, way)
        done = reader.until("done")
    assert done["status"] == "stopped"
    assert done["text"] == text_of(reader.seen)
    with manager.program() as client:
        kept = client.get(f"/api/v1/answers/{answer}").raise_for_status().json()
    assert kept["status"] == "stopped"


def stop(person: Person, answer: str, way: str) -> None:
    if way == "rest":
        with person.program() as client:
            assert client.post(f"/api/v1/answers/{answer}/stop").status_code == 204
        return
    with person.socket() as socket:
        socket.send(type="stop", answer_id=answer)
        with person.program() as client:  # leave only when the frame was heard
            assert client.get("/api/v1/profile").is_success
