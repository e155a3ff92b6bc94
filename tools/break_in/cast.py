"""Two organisations with people, and what one of them has that nobody else may see."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

PASSWORD = "סיסמה-ארוכה-לפריצות"  # noqa: S105  of made-up people
CANARY = "קנריתסודית"
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(slots=True)
class Person:
    """Somebody with a program, a browser, or neither."""

    name: str
    base: str
    program: httpx.Client = field(init=False)
    page: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.program = httpx.Client(base_url=self.base, timeout=60, trust_env=False)
        self.page = httpx.Client(base_url=self.base, timeout=60, trust_env=False)

    def sign_in(self) -> None:
        said = {"username": self.name, "password": PASSWORD}
        got = self.program.post("/login", json=said).raise_for_status().json()
        self.program.headers["Authorization"] = f"Bearer {got['access']}"
        self.page.get("/accounts/login/")
        form = {**said, "csrfmiddlewaretoken": self.page.cookies["csrftoken"]}
        self.page.post("/accounts/login/", data=form)
        self.page.headers["X-CSRFToken"] = self.page.cookies["csrftoken"]

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.program.request(method, path, **more)

    def get(self, path: str) -> Any:
        return self.call("GET", path).raise_for_status().json()

    def post(self, path: str, **more: Any) -> Any:
        return self.call("POST", path, **more).raise_for_status().json()


@dataclass(frozen=True, slots=True)
class Cast:
    """`ids` are the owner's things by the names of placeholders in addresses; `mine` the attacker's own."""

    owner: Person
    boss: Person
    colleague: Person
    stranger: Person
    rival: Person
    nobody: Person
    ids: dict[str, str]
    mine: dict[str, str]


def gather(base: str) -> Cast:
    """Make the people and their things."""
    mark = uuid4().hex[:6]
    boss, owner, colleague = (
        _joined(base, f"{name}{mark}", f"ארגון {mark}") for name in ("boss", "own", "col")
    )
    rival, stranger = (_joined(base, f"{name}{mark}", f"מתחרה {mark}") for name in ("riv", "str"))
    for manager, people in ((boss, (owner, colleague)), (rival, (stranger,))):
        manager.sign_in()
        for waiting in manager.get("/api/v1/members?status=pending")["results"]:
            manager.post(f"/api/v1/members/{waiting['id']}/approve")
        for person in people:
            person.sign_in()
    ids = _things(boss, owner, CANARY)
    mine = _things(rival, stranger, "שלי")
    return Cast(owner, boss, colleague, stranger, rival, Person("", base), ids, mine)


def _joined(base: str, name: str, organization: str) -> Person:
    person = Person(name, base)
    said = {"username": name, "password": PASSWORD, "email": f"{name}@example.test"}
    person.post("/register", json={**said, "organization": organization})
    return person


def _things(boss: Person, owner: Person, word: str) -> dict[str, str]:
    """Make one of everything, each with the word in it, and return the ids."""
    department = boss.post("/api/v1/departments", json={"name": f"מחלקה {word}"})["id"]
    me = owner.get("/api/v1/profile")["id"]
    boss.call("PATCH", f"/api/v1/members/{me}", json={"department": department}).raise_for_status()
    key = boss.post("/api/v1/api-keys", json={"name": f"מפתח {word}", "scopes": ["chat", "search"]})
    return {
        **_document(boss, department, word),
        **_conversation(owner, word),
        "member_id": me,
        "department_id": department,
        "invitation_id": boss.post("/api/v1/invitations", json={})["id"],
        "key_id": key["id"],
        "sign_in_id": owner.get("/api/v1/sign-ins")["sign_ins"][0]["id"],
        "number": "1",
        "model_id": "sicha",
    }


def _document(boss: Person, department: str, word: str) -> dict[str, str]:
    text = f"{word}: תקציב הפרויקט הוא 42 מיליון שקלים והוא אושר בחודש מאי."
    content = {"title": f"נוהל {word}", "content": text, "departments": [department]}
    document = boss.post("/api/v1/documents", json=content)["id"]
    _indexed(boss, document)
    passage = boss.get(f"/api/v1/documents/{document}/passages")["results"][0]["id"]
    return {"document_id": document, "passage_id": passage}


def _conversation(owner: Person, word: str) -> dict[str, str]:
    """Ask a question, add a private file, and share for a moment."""
    asked = owner.post("/chat", json={"prompt": f"מה תקציב הפרויקט של {word}?"})
    conversation = str(owner.get("/api/v1/conversations")["results"][0]["id"])
    answer = next(m["id"] for m in _messages(owner, conversation) if m["role"] == "assistant")
    upload = {"file": ("קובץ.txt", f"{word} סודי ביותר".encode(), "text/plain")}
    private = owner.post(f"/api/v1/conversations/{conversation}/files", files=upload)["id"]
    share = owner.call("PUT", f"/api/v1/conversations/{conversation}/share").raise_for_status().json()
    owner.call("DELETE", f"/api/v1/conversations/{conversation}/share")
    return {
        "conversation_id": conversation,
        "session_id": asked["session_id"],
        "answer_id": str(answer),
        "message_id": str(answer),
        "file_id": private,
        "share_id": UUID.findall(str(share))[0],
    }


def _indexed(boss: Person, document: str) -> None:
    for _ in range(120):
        if boss.get(f"/api/v1/documents/{document}")["status"] == "indexed":
            return
        time.sleep(0.5)
    raise TimeoutError("the document was not indexed within a minute")


def _messages(owner: Person, conversation: str) -> Iterator[dict[str, Any]]:
    found = owner.get(f"/api/v1/conversations/{conversation}/messages")
    yield from found.get("messages", found.get("results", []))
