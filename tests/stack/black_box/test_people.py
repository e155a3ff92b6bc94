"""Registering, signing in, uploading, searching and managing through a balancer."""

import re
import time
from contextlib import ExitStack
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from tests.e2e.documents import LEAVE, QUESTION
from tests.stack.black_box.people import Account, Person, client_of, new_address, submit

USERS = "/admin/accounts/user/"


def test_who_registered_at_one_replica_logs_in_at_every_other(manager: Person, replicas: list[str]) -> None:
    for address in [manager.door, *replicas]:
        tokens = manager.at(address).log_in().raise_for_status().json()
        assert tokens["token_type"] == "bearer"


def test_a_token_of_one_replica_is_good_at_every_other(manager: Person, replicas: list[str]) -> None:
    for address in [manager.door, *replicas]:
        with manager.at(address).program() as client:
            profile = client.get("/api/v1/profile").raise_for_status().json()
        assert profile["username"] == manager.account.username


def test_who_signs_out_at_one_replica_loses_the_sockets_at_the_others(
    manager: Person, replicas: list[str]
) -> None:
    tokens = manager.at(replicas[0]).log_in().raise_for_status().json()
    account = Account(manager.account.username, tokens["access"], time.monotonic())
    with ExitStack() as opened:
        sockets = [opened.enter_context(Person(door, account).socket()) for door in replicas[1:]]
        with client_of(replicas[0], manager.address) as client:
            client.post("/api/v1/logout", json={"refresh": tokens["refresh"]}).raise_for_status()
        for socket in sockets:
            assert socket.until("error")["code"] == "session_ended"
            with pytest.raises(ConnectionClosed) as closed:
                socket.next()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4401
    with manager.at(replicas[1]).socket():
        pass  # another sign-in of the same person is not concerned


def test_what_was_uploaded_is_found_at_every_replica(manager: Person, replicas: list[str]) -> None:
    word = f"מילה{uuid4().hex[:8]}"
    document = manager.upload("מסמך חדש", f"# נוהל\n\nהסיסמה לחדר הישיבות היא {word}.")
    for address in [manager.door, *replicas]:
        with manager.at(address).program() as client:
            found = client.get("/api/v1/search", params={"q": word}).raise_for_status().json()["results"]
        assert found[0]["document"]["id"] == document


def test_a_question_in_other_words_finds_its_document(manager: Person) -> None:
    with manager.program() as client:
        found = client.get("/api/v1/search", params={"q": QUESTION}).raise_for_status().json()["results"]
    assert found[0]["document"]["title"] == LEAVE


def test_the_manager_lets_somebody_in_by_the_admin_pages(manager: Person, organization: str) -> None:
    newcomer = Person.registered(manager.door, organization)
    assert newcomer.log_in().status_code == 403
    with manager.browser() as browser:
        people = browser.get(USERS).raise_for_status().text
        row = re.search(rf'value="([\w-]+)"[^>]*>(?:(?!<tr).)*{newcomer.account.username}', people, re.DOTALL)
        assert row, people
        approved = submit(browser, USERS, action="approve", _selected_action=[row[1]])
    assert approved.is_success
    assert newcomer.log_in().is_success


def test_a_browser_chats_by_its_session(manager: Person) -> None:
    with manager.browser() as browser:
        page = browser.get("/").raise_for_status().text
        script = re.search(r'src="(/static/js/[^"]+)"', page)
        assert script
        answered = browser.get(script[1])
    assert answered.is_success
    assert "immutable" in answered.headers["cache-control"]


def test_a_page_of_another_site_gets_no_socket(door: str) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": "https://evil.example",
    }
    with client_of(door, new_address()) as client:
        assert client.get("/ws/chat/", headers=headers).status_code == 403
