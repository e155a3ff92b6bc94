"""A wire between a client and a real server that a test can cut and mend: the server going away and coming
back, or falling silent, without touching the server that others use.
"""

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Self


class Forwarder:
    """Forwards one port of this machine to another address; `with` opens and ends it."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._silent = False
        self.port = 0

    def __enter__(self) -> Self:
        self.mend()
        return self

    def __exit__(self, *_error: object) -> None:
        self.cut()

    def mend(self) -> None:
        """Listen, on the same port as before, and forward again."""
        self._silent = False
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._remember(listener)
        Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse connections, and reset those that are open."""
        with self._lock:
            ends, self._open = self._open, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def silence(self) -> None:
        """Take connections and what is sent, and say nothing from now on."""
        self._silent = True

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                server = socket.create_connection(self._target)
                self._remember(client, server)
                Thread(target=self._pump, args=(client, server), daemon=True).start()
                Thread(target=self._pump, args=(server, client), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if not self._silent:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def _remember(self, *ends: socket.socket) -> None:
        with self._lock:
            self._open.extend(ends)
