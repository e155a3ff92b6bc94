"""Addresses: each of the interface for programs, of pages and of the administration, with ids of others."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tools.break_in.cast import CANARY, Cast, Person

CLOSED = {301, 302, 401, 403, 404, 405}
PLACEHOLDER = re.compile(r"{(\w+)}")
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /api/v1/conversations/{conversation_id}": {"title": "פרצתי", "is_pinned": True},
    "PATCH /api/v1/documents/{document_id}": {"title": "פרצתי"},
    "POST /api/v1/documents/{document_id}/versions": {"content": "פרצתי לגמרי לתוך המסמך"},
    "PUT /api/v1/messages/{message_id}/feedback": {"rating": "down"},
    "PATCH /api/v1/departments/{department_id}": {"name": "פרצתי"},
    "PATCH /api/v1/members/{member_id}": {"role": "manager"},
}
MODELS = (
    *(
        "accounts/user",
        "accounts/department",
        "accounts/invitation",
        "accounts/apikey",
        "accounts/auditentry",
    ),
    *("accounts/budget", "accounts/organization", "accounts/organizationsettings", "retrieval/document"),
    *("retrieval/glossaryentry", "retrieval/approvedanswer", "conversations/reading", "conversations/hold"),
    *("analytics/knowledgegap", "analytics/dailyusage", "analytics/webhook", "analytics/erasure"),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """`hole` says what was wrong with the answer; empty where the attempt was turned away."""

    who: str
    what: str
    hole: str = ""


def attackers(cast: Cast) -> dict[str, Person]:
    return {
        "stranger": cast.stranger,
        "rival": cast.rival,
        "colleague": cast.colleague,
        "nobody": cast.nobody,
    }


def try_addresses(cast: Cast) -> Iterator[Attempt]:
    """Every address with a placeholder, every mixture of own and foreign ids in it."""
    document = cast.nobody.get("/openapi.json")
    for path, operations in document["paths"].items():
        names = PLACEHOLDER.findall(path)
        theirs = [name for name in names if name in cast.ids and name not in {"number", "model_id"}]
        if not theirs:
            continue
        for method, (who, person) in itertools.product(operations, attackers(cast).items()):
            if method not in {"get", "post", "put", "patch", "delete"}:
                continue
            for foreign in _subsets(theirs):
                yield _try(cast, who, person, method.upper(), path, foreign)


def _subsets(names: list[str]) -> Iterator[set[str]]:
    for count in range(1, len(names) + 1):
        yield from map(set, itertools.combinations(names, count))


def _id_of(ids: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: ids[found[1]]


def _try(cast: Cast, who: str, person: Person, method: str, path: str, foreign: set[str]) -> Attempt:
    key = f"{method} {path}"
    addresses = [
        PLACEHOLDER.sub(_id_of(ids), path) for ids in (_ids(cast, foreign), _ids(cast, foreign, absent=True))
    ]
    more = {"json": BODIES[key]} if key in BODIES else {}
    there, nowhere = (person.call(method, address, **more) for address in addresses)
    what = f"{key} with {'+'.join(sorted(foreign))} of others"
    if who == "colleague" and there.status_code < 300 and _is_common(path):
        return Attempt(who, what)
    if there.status_code not in CLOSED | {400, 409, 415}:
        return Attempt(who, what, f"{there.status_code} {there.text[:100]}")
    if CANARY in there.text:
        return Attempt(who, what, "their words are in the answer")
    if (there.status_code, _words(there)) != (nowhere.status_code, _words(nowhere)):
        return Attempt(who, what, f"{there.status_code}, but {nowhere.status_code} for what is absent")
    return Attempt(who, what)


def _is_common(path: str) -> bool:
    """Tell whether colleagues may read it: names of departments are for everybody of an organisation."""
    return path == "/api/v1/departments"


def _ids(cast: Cast, foreign: set[str], *, absent: bool = False) -> dict[str, str]:
    return cast.mine | {name: str(uuid4()) if absent else cast.ids[name] for name in foreign}


def _words(answer: httpx.Response) -> Any:
    try:
        said = answer.json()
    except ValueError:
        return answer.status_code
    return said.get("code") if isinstance(said, dict) else said


def try_bodies(cast: Cast) -> Iterator[Attempt]:
    """What names things of others inside of a body or a query."""
    for (method, path, body), (who, person) in itertools.product(_bodies(cast), attackers(cast).items()):
        there = person.call(method, path, json=body)
        nowhere = person.call(method, path, json=_replaced(body, cast.ids, str(uuid4())))
        named = [name for name in body if name not in {"prompt", "title", "content"}]
        yield Attempt(who, f"{method} {path} naming {named}", _hole(who, there, nowhere))


def _bodies(cast: Cast) -> list[tuple[str, str, dict[str, Any]]]:
    ids, said = cast.ids, {"title": "ש", "content": "שלום לכולם"}
    return [
        ("POST", "/chat", {"prompt": "מה התקציב?", "conversation_id": ids["conversation_id"]}),
        ("POST", "/chat", {"prompt": "מה התקציב?", "parent_id": ids["message_id"]}),
        ("POST", "/api/v1/documents", {**said, "departments": [ids["department_id"]]}),
        ("POST", "/api/v1/invitations", {"department": ids["department_id"]}),
        ("PATCH", f"/api/v1/members/{cast.mine['member_id']}", {"department": ids["department_id"]}),
        ("POST", "/api/v1/notifications/read", {"ids": [ids["message_id"]]}),
    ]


def _hole(who: str, there: httpx.Response, nowhere: httpx.Response) -> str:
    if CANARY in there.text:
        return "their words are in the answer"
    if there.status_code >= 500:
        return str(there.status_code)
    same = (there.status_code, _words(there)) == (nowhere.status_code, _words(nowhere))
    return "" if same or who == "colleague" else f"{there.status_code}, but {nowhere.status_code} for absent"


def _replaced(body: Any, ids: dict[str, str], absent: str) -> Any:
    if isinstance(body, dict):
        return {name: _replaced(value, ids, absent) for name, value in body.items()}
    if isinstance(body, list):
        return [_replaced(value, ids, absent) for value in body]
    return absent if body in ids.values() else body


def try_lists(cast: Cast) -> Iterator[Attempt]:
    """Whatever lists, searches or counts, asked for the words of others."""
    paths = [
        *(
            "conversations",
            f"conversations?search={CANARY}",
            "documents",
            "members",
            "departments",
            "api-keys",
        ),
        *("invitations", "notifications", "sign-ins", "budgets", f"search?q={CANARY}", "search?q=תקציב"),
        *("analytics/usage", "profile", "documents?category=x&status=indexed"),
    ]
    for path, (who, person) in itertools.product(paths, attackers(cast).items()):
        said = person.call("GET", f"/api/v1/{path}")
        asked = CANARY in path
        leaked = said.text.count(CANARY) > 0 and not (who == "colleague" and path == "departments")
        if said.status_code >= 500:
            yield Attempt(who, f"GET {path}", str(said.status_code))
        else:
            yield Attempt(who, f"GET {path}", "their words are in it" if leaked and not asked else "")
    for who, person in attackers(cast).items():
        answer = person.call("POST", "/chat", json={"prompt": "מה תקציב הפרויקט שאושר בחודש מאי?"})
        yield Attempt(who, "POST /chat about it", "their words are in it" if CANARY in answer.text else "")


def try_pages(cast: Cast) -> Iterator[Attempt]:
    """Pages and the administration, by browser."""
    ids = cast.ids
    paths = [
        f"/c/{ids['conversation_id']}/",
        f"/c/{ids['conversation_id']}/settings/",
        f"/shared/{ids['share_id']}/",
        "/readings/",
        "/notifications/",
        "/accounts/sign-ins/",
        "/accounts/profile/",
    ]
    for model in MODELS:
        paths += [f"/admin/{model}/", f"/admin/{model}/?q={CANARY}", f"/admin/{model}/?o=1&all="]
        paths += [f"/admin/{model}/{each}/change/" for each in ids.values()]
        paths += [f"/admin/{model}/?{lookup}" for lookup in _lookups(ids)]
    for path, (who, person) in itertools.product(paths, attackers(cast).items()):
        said = person.page.get(path)
        leaked = CANARY in said.text.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "")
        failed = f"{said.status_code}" if said.status_code >= 500 else ""
        yield Attempt(who, f"GET {path}", "their words are in it" if leaked else failed)


def _lookups(ids: dict[str, str]) -> list[str]:
    """Filters that nobody offered: through relations, of passwords, of other organisations."""
    return [
        "organization__id__exact=" + ids["department_id"],
        "organization__name__contains=ארגון",
        "password__startswith=bcrypt",
        "user__password__startswith=b",
        "owner__username__startswith=own",
        "department__id__exact=" + ids["department_id"],
        "_to_field=username&_popup=1",
    ]
