"""What a client may send on a socket, whichever server has it."""

import json
from uuid import uuid4

from websockets.exceptions import ConnectionClosed

from tests.stack.black_box.people import Person, Socket
from tests.stack.black_box.replicas import Product

ACKS = 700


def close_code(socket: Socket) -> int:
    """Return with which code the server closes."""
    try:
        while True:
            socket.next()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


def test_a_frame_that_is_too_long_closes_the_socket(product: Product, manager: Person) -> None:
    # The library under daphne lets no application say 1009, and closes with an error of its own.
    expected = 1011 if product.asgi_server == "daphne" else 1009
    with manager.socket() as socket:
        socket.send(type="ask", client_id="long", text="x" * 70_000)
        assert close_code(socket) == expected


def test_a_flood_closes_the_socket(manager: Person) -> None:
    frame = json.dumps({"type": "ack", "answer_id": f"{uuid4()}", "seq": 1})
    with manager.socket() as socket:
        try:
            for _frame in range(ACKS):
                socket.connection.send(frame)
        except ConnectionClosed:
            pass  # it was closed meanwhile
        assert close_code(socket) == 4429
