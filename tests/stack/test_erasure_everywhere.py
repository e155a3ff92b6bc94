"""Erasing one person on the real servers: before it each store has traces of them, after it none has."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bench.faults.people import Person, found_organization
from bench.faults.product import Product
from bench.faults.servers import Servers
from bench.faults.waiting import until
from tests.stack import store_scans

pytestmark = pytest.mark.stack
CANARY = "canarynameofsomebody"
OTHERS = "canaryofacolleague"
STORES = {"postgres", "redis", "minio", "weaviate", "neo4j"}
# By an id that names nobody any more.
KEEP_THE_ID = {"accounts_auditentry", "analytics_erasure"}
REASON = "בקשת מחיקה לפי חוק הגנת הפרטיות"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A replica, a worker and beat on servers that nobody else uses."""
    with Servers(tmp_path_factory.mktemp("stack")) as servers:
        settings = {
            "DEMO": "false",
            "EMBEDDINGS_BACKEND": "lexical",
            "REGISTRATION": "open",
            **servers.settings(),
        }
        home = tmp_path_factory.mktemp("product")
        with Product(home, settings, replicas=1, without=("relay",)) as found:
            yield found


class Living:
    """Somebody who uses the product by its interface."""

    def __init__(self, url: str, person: Person) -> None:
        self._url, self._headers = url, person.headers

    def call(self, method: str, path: str, **sent: Any) -> Any:
        answer = httpx.request(method, self._url + path, headers=self._headers, timeout=120, **sent)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def ask(self, text: str, **fields: str) -> Any:
        return self.call("POST", "/chat", json={"prompt": text, **fields})

    def leave_traces(self, word: str) -> None:
        """Do what leaves the word in every store."""
        asked = self.ask(f"מי אחראי על {word} בארגון?")
        answers = f"/api/v1/answers/{asked['answer_id']}"
        conversation = f"/api/v1/conversations/{asked['session_id']}"
        sent = {"file": (f"{word}.txt", f"הפרויקט של {word} מסתיים בחודש מאי.".encode(), "text/plain")}
        file = self.call("POST", f"{conversation}/files", files=sent)
        place = f"{conversation}/files/{file['id']}"
        until(lambda: self.call("GET", place)["status"] == "indexed", what="the file can be searched")
        told = self.ask(f"מתי מסתיים הפרויקט של {word}?", session_id=asked["session_id"])
        assert word in told["response"]
        comment = {"rating": "down", "comment": f"לא מה ש{word} רצה"}
        self.call("PUT", f"/api/v1/messages/{told['answer_id']}/feedback", json=comment)
        self.call("PATCH", conversation, json={"title": f"על {word}"})
        self.call("POST", f"{answers}/refer")
        self.call("PATCH", "/api/v1/profile", json={"display_name": word})


def admit(url: str, manager: Person, organization: str, username: str) -> tuple[Person, str]:
    """Register somebody into the organisation and let them in; return them and their id."""
    person = Person(username)
    wanted = {
        "username": username,
        "password": person.password,
        "email": f"{username}@example.org",
        "organization": organization,
    }
    registered = httpx.post(f"{url}/register", json=wanted, timeout=60).raise_for_status().json()
    person_id = str(registered["user"]["id"])
    Living(url, manager).call("POST", f"/api/v1/members/{person_id}/approve")
    person.log_in(url)
    return person, person_id


def nothing_waits(product: Product) -> bool:
    lines = httpx.get(f"{product.addresses[0]}/metrics", timeout=30).text.splitlines()
    return not sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("outbox_pending{"))


def have_erased(page: httpx.Client, manager: Person, person_id: str) -> None:
    """Ask for it on the admin's page, as a manager does."""

    def send(path: str, **fields: str) -> httpx.Response:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.get(path).text)
        assert found is not None
        return page.post(path, data={**fields, "csrfmiddlewaretoken": found[1]})

    send("/accounts/login/", username=manager.username, password=manager.password)
    form = {"person": person_id, "reason": REASON, "sure": "on"}
    assert send("/admin/analytics/erasure/add/", **form).url.path == "/admin/analytics/erasure/"


@pytest.fixture
def page(product: Product) -> Iterator[httpx.Client]:
    """A browser's session."""
    with httpx.Client(base_url=product.addresses[0], timeout=60, follow_redirects=True) as client:
        yield client


def certificate(page: httpx.Client) -> Any:
    """Return the certificate once there is one."""
    found = re.search(r"[0-9a-f-]{36}/certificate\.json", page.get("/admin/analytics/erasure/").text)
    return page.get(f"/admin/analytics/erasure/{found[0]}").json() if found else None


def test_of_an_erased_person_no_store_has_a_trace(product: Product, page: httpx.Client) -> None:
    url = product.addresses[0]
    manager = found_organization(url, "אופק")
    person, person_id = admit(url, manager, "אופק", f"{CANARY}-user")
    colleague, _id = admit(url, manager, "אופק", f"{OTHERS}-user")
    Living(url, person).leave_traces(CANARY)
    Living(url, colleague).leave_traces(OTHERS)
    httpx.post(f"{url}/login", json={"username": person.username, "password": "wrong"}, timeout=30)
    until(lambda: nothing_waits(product), what="every store has heard of everything")
    Living(url, person).ask(f"ומי עוד יודע על {CANARY}?")  # its log is in Redis when the erasure begins
    before = store_scans.everywhere(product.settings, product.home, CANARY)
    assert before.keys() >= STORES
    have_erased(page, manager, person_id)
    until(lambda: certificate(page) is not None, what="the erasure has come to its end")
    assert store_scans.everywhere(product.settings, product.home, CANARY) == {}
    by_id = store_scans.everywhere(product.settings, product.home, person_id)
    assert by_id.keys() == {"postgres"}
    assert {*by_id["postgres"]} <= KEEP_THE_ID
    assert certificate(page)["left"] == {"database": 0, "archive": 0, "graph": 0, "passages": 0}
    assert store_scans.everywhere(product.settings, product.home, OTHERS).keys() >= STORES
