"""One request to a receiver: to an address that was checked, within a time that was set, its answer unread.

Redirects are not followed, no proxy is asked, and of the answer nothing counts but its status.
"""

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import certifi
import httpcore
from typing_extensions import override

from analytics.webhooks.addresses import AddressRefusedError, Target, look_up, require_allowed

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
_OWN_LINES = {"Content-Type": "application/json", "User-Agent": "Sicha-Webhooks/1"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a receiver answered: its status, or why there is none."""

    status: int | None = None
    error: str = ""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(target: Target, *, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send the body; return what became of it, whatever went wrong."""
    until = time.monotonic() + TOTAL_SECONDS
    backend = _CheckedBackend(target.scheme, until)
    limits = dict.fromkeys(("read", "write", "pool"), TOTAL_SECONDS) | {"connect": CONNECT_SECONDS}
    lines: list[tuple[bytes | str, bytes | str]] = [*_OWN_LINES.items(), *headers.items()]
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=backend) as pool,
            pool.stream("POST", url, headers=lines, content=body, extensions={"timeout": limits}) as answer,
        ):
            return Outcome(answer.status)
    except AddressRefusedError as refused:
        return Outcome(error=refused.code)
    except (httpcore.TimeoutException, TimeoutError):
        return Outcome(error="timeout")
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as failure:
        return Outcome(error=type(failure).__name__)


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


class _CheckedBackend(httpcore.SyncBackend):
    """Connects to what the name stands for only once that was checked; TLS still asks for the name."""

    def __init__(self, scheme: str, until: float) -> None:
        self._scheme = scheme
        self._until = until

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = look_up(host, port)
        require_allowed(addresses, scheme=self._scheme)
        stream = super().connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)
        return _TimedStream(stream, self._until)


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at a moment, however slowly somebody trickles."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this request is over")
        return min(left, timeout or left)

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    @override
    def close(self) -> None:
        self._stream.close()

    @override
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _TimedStream(secured, self._until)

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
