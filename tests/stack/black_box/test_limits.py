"""What the balancers and all replicas together let through."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx

from tests.e2e.documents import QUESTION
from tests.fakes.cardboard import CardboardModel
from tests.stack.black_box.people import Person, client_of, new_address
from tests.stack.black_box.replicas import QUESTIONS_PER_MINUTE, RESETS_PER_HOUR, Product

AT_ONCE = 8


def test_questions_are_counted_exactly_over_all_replicas(door: str, model: CardboardModel) -> None:
    model.script("קצר.", size=8)
    model.allow()
    person = Person.registered(door, f"ארגון {uuid4().hex[:12]}")

    def ask(number: int) -> httpx.Response:
        with person.program() as client:
            return client.post("/chat", json={"prompt": f"{QUESTION} {number}"})

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, range(QUESTIONS_PER_MINUTE + AT_ONCE)))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [200] * QUESTIONS_PER_MINUTE + [429] * AT_ONCE
    refused = answers[statuses.index(429)]
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["retry-after"]) > 0


def test_nobody_chooses_the_own_address(door: str) -> None:
    mine = new_address()
    statuses = [ask_for_reset(door, mine, pretending=new_address()) for _ in range(RESETS_PER_HOUR + 1)]
    assert statuses == [202] * RESETS_PER_HOUR + [429]
    assert ask_for_reset(door, new_address(), pretending=mine) == 202


def ask_for_reset(door: str, address: str, *, pretending: str) -> int:
    lies = {
        "X-Forwarded-For": pretending,
        "X-Real-IP": pretending,
        "Forwarded": f"for={pretending}",
        "X-Forwarded-Proto": "https",
    }
    with client_of(door, address, **lies) as client:
        return client.post("/api/v1/password/reset", json={"email": "nobody@example.org"}).status_code


def test_nobody_moves_the_root_of_the_addresses(door: str) -> None:
    with client_of(door, new_address()) as client:
        answered = client.get("/", headers={"Daphne-Root-Path": "/evil"})
    assert answered.status_code == 302
    assert answered.headers["location"].startswith("/accounts/login/")


def test_figures_are_not_for_the_public(door: str, replicas: list[str]) -> None:
    with client_of(door, new_address()) as client:
        assert client.get("/metrics").status_code == 404
    assert "chat_requests_total" in httpx.get(f"{replicas[0]}/metrics").text


def test_what_is_too_large_is_refused_in_words(door: str) -> None:
    with client_of(door, new_address()) as client:
        refused = client.post("/register", content=b" " * 13_000_000)
        person = client.post("/admin/retrieval/document/add/", content=b" " * 13_000_000)
        headers = client.get("/", headers={"X-Long": "x" * 60_000})
    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
    assert (person.status_code, person.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "הקובץ גדול מדי" in person.text
    assert headers.status_code in {400, 431, 494}


def test_a_replica_that_dies_is_passed_over(product: Product, manager: Person) -> None:
    with product.without("replica-3"), manager.program() as client:
        statuses = [client.get("/api/v1/profile").status_code for _ in range(12)]
    assert statuses == [200] * 12
