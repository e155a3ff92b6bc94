"""Each server away, one at a time, under the whole product: what needs it says so, and nothing else stops."""

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import httpx
import pytest

from bench.faults.waiting import until
from tests.stack.cut_product import QUESTION, CutProduct, cut_product, socket_of

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CutProduct]:
    with cut_product(tmp_path_factory.mktemp("product")) as found:
        yield found


@pytest.fixture(autouse=True)
def _token_that_lives(product: CutProduct) -> None:
    product.person.log_in(product.url)


def nothing_waits(product: CutProduct, route: str) -> bool:
    return product.waiting(route) == 0


def kept_questions(product: CutProduct, session: str) -> int:
    found = product.get("/api/v1/conversations").raise_for_status().json()["results"]
    return len([each for each in found if each["session_id"] == session])


def all_well(services: dict[str, str]) -> bool:
    """Tell whether everything answers; the reranker alone is not part of this installation."""
    return {name for name, status in services.items() if status != "ok"} == {"reranker"}


def test_everything_is_well_and_a_question_is_answered(product: CutProduct) -> None:
    until(lambda: all_well(product.services()), what="all services are well")
    answer = product.ask().raise_for_status().json()
    assert (answer["status"], len(answer["citations"])) == ("complete", 1)


def test_without_the_vector_store_a_question_is_refused_and_the_rest_works(product: CutProduct) -> None:
    with product.away("weaviate"):
        answer = product.ask().raise_for_status().json()
        assert (answer["status"], answer["error_code"]) == ("refused", "search_unavailable")
        assert answer["citations"] == []
        assert "אי אפשר לחפש במסמכים כרגע" in answer["response"]
        assert product.get("/api/v1/documents").status_code == 200
        until(lambda: product.services()["vectors"] == "down", what="the report says so")
        assert product.get("/health/ready").status_code == 200
    assert product.ask().json()["status"] == "complete"


def test_without_the_model_the_question_is_kept_and_can_be_asked_again(product: CutProduct) -> None:
    session = str(uuid4())
    with product.away("model"):
        refused = product.ask(session_id=session)
        assert (refused.status_code, refused.json()["code"]) == (503, "answer_failed")
        assert refused.json()["details"]["error_code"] == "model_unavailable"
        assert kept_questions(product, session) == 1
        assert product.get("/api/v1/search?q=חופשה").json()["results"]
        until(lambda: product.services()["llm"] == "down", what="the report says so")
    assert product.ask(session_id=session).json()["status"] == "complete"
    assert kept_questions(product, session) == 1


@pytest.mark.parametrize(
    ("server", "service", "route", "other"),
    [
        ("neo4j", "graph", "project_turn", "archive_turn"),
        ("minio", "archive", "archive_turn", "project_turn"),
    ],
)
def test_without_graph_or_archive_the_outbox_waits_and_the_other_goes_on(
    product: CutProduct, server: str, service: str, route: str, other: str
) -> None:
    until(lambda: product.waiting(route) == 0, what="nothing waits")
    with product.away(server):
        assert product.ask().json()["status"] == "complete"
        until(lambda: product.waiting(other) == 0, what="the other route delivers")
        assert product.waiting(route) >= 1
        until(lambda: product.services()[service] == "down", what="the report says so")
        assert product.get("/health/ready").status_code == 200
    until(lambda: product.waiting(route) == 0, what="what waited is delivered")


def test_without_the_broker_the_servers_carry_turns_to_archive_and_graph(product: CutProduct) -> None:
    routes = ("archive_turn", "project_turn")
    for route in routes:
        until(partial(nothing_waits, product, route), what="nothing waits")
    with product.away("broker"):
        assert product.ask().json()["status"] == "complete"
        for route in routes:
            until(partial(nothing_waits, product, route), what="the server itself delivers")


def test_without_file_storage_an_upload_is_refused_honestly(product: CutProduct) -> None:
    upload = {"file": ("vacation.txt", "מכסת החופשה היא שנים-עשר ימים.".encode())}
    with product.away("minio"):
        refused = httpx.post(
            f"{product.url}/api/v1/documents", files=upload, headers=product.person.headers, timeout=90
        )
        assert (refused.status_code, refused.json()["code"]) == (503, "object_storage_unavailable")


def test_without_redis_history_and_streaming_work_and_guesses_are_kept_out(product: CutProduct) -> None:
    with socket_of(product) as socket:
        with product.away("redis"):
            assert socket.ask()[-1]["status"] == "complete"
            streamed = product.post("/chat", {"prompt": QUESTION}, Accept="text/event-stream")
            assert '"type":"done"' in streamed.text.replace(" ", "")
            assert product.get("/api/v1/conversations").status_code == 200
            answer = product.ask()
            assert (answer.status_code, answer.json()["status"]) == (200, "complete")
            assert int(answer.headers["RateLimit-Remaining"]) < int(answer.headers["RateLimit-Limit"])
            login = product.post("/login", {"username": "nobody", "password": "Guess-1234"})
            assert (login.status_code, login.json()["code"]) == (503, "limits_unavailable")
            ticket = product.post("/api/v1/ws-ticket", {})
            assert (ticket.status_code, ticket.json()["code"]) == (503, "service_unavailable")
            until(lambda: product.services()["cache"] == "down", what="the report says so")
            assert product.get("/health/ready").status_code == 200
        assert socket.ask()[-1]["status"] == "complete"
    until(lambda: product.waiting("archive_turn") == 0, what="a worker delivers what was said meanwhile")


def test_without_the_database_everything_says_so_and_recovers_without_a_restart(product: CutProduct) -> None:
    page = {"Accept": "text/html", "Cookie": "sessionid=0123456789abcdef"}
    with socket_of(product) as socket:
        assert socket.ask()[-1]["type"] == "done"
        with product.away("postgres"):
            for path in ("/api/v1/conversations", "/api/v1/documents", "/api/v1/search?q=x"):
                refused = product.get(path)
                assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable"), path
                assert refused.headers["Retry-After"] == "5"
            assert (product.ask().status_code, product.ask().json()["code"]) == (503, "database_unavailable")
            shown = httpx.get(f"{product.url}/", headers=page, timeout=60)
            assert (shown.status_code, 'dir="rtl"' in shown.text) == (503, True)
            assert socket.ask()[-1]["code"] == "service_unavailable"
            assert product.get("/health/live").status_code == 200
            assert product.get("/health/ready").status_code == 503
            until(lambda: product.services()["database"] == "down", what="the report says so")
        assert socket.ask()[-1]["status"] == "complete"
    assert product.ask().json()["status"] == "complete"
    until(lambda: product.waiting("archive_turn") == 0, what="the workers are back, too")


def test_the_replica_outlived_it_all(product: CutProduct) -> None:
    assert product.product.parts["replica-1"].ended_by_itself == 0
