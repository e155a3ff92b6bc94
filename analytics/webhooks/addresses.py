"""Where a webhook may lead: to public addresses, and to networks that the operator has named.

What a name stands for is looked up once, checked, and connected to as it was checked: a name that changes its
address in between (DNS rebinding) changes nothing.
"""

import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookedUpTooLongError
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from analytics.models.webhooks import URL_LENGTH
from config.kernel.errors import InvalidInputError

Address = IPv4Address | IPv6Address
LOOK_UP_SECONDS = 3.0
_PORTS = {"https": 443, "http": 80}
# Addresses of the other family are written inside of these: where they lead to shows nowhere else.
_TRANSLATED = tuple(map(ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")))


class AddressRefusedError(InvalidInputError):
    code = "webhook_address_refused"
    message = _("Webhooks lead to public addresses only, by https.")


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was taken apart: https, or http into a network that the operator has named."""

    scheme: str
    host: str
    port: int


def target_of(url: str) -> Target:
    """Return where the address leads; raise AddressRefusedError for one that no webhook may have.

    Names are looked up only when something is sent.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefusedError(details={"field": "url"}) from None
    is_plain = bool(parts.hostname) and not (parts.username or parts.password or parts.fragment)
    readable = url.isascii() and url.isprintable() and " " not in url and len(url) <= URL_LENGTH
    if not (is_plain and readable) or parts.scheme not in _PORTS or port == 0:
        raise AddressRefusedError(details={"field": "url"})
    if parts.scheme == "http" and not settings.WEBHOOK_NETWORKS:
        raise AddressRefusedError(details={"field": "url"})
    target = Target(parts.scheme, str(parts.hostname), port or _PORTS[parts.scheme])
    if (written := _written(target.host)) is not None:
        require_allowed([written], scheme=target.scheme)
    return target


def look_up(host: str, port: int) -> list[Address]:
    """Return the addresses that the name stands for now; raises OSError, TimeoutError among them."""
    with _looker() as looker:
        asked = looker.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = asked.result(timeout=LOOK_UP_SECONDS)
        except LookedUpTooLongError:
            raise TimeoutError("the name was not found in time") from None
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


def require_allowed(addresses: Sequence[Address], *, scheme: str) -> None:
    """Raise AddressRefusedError unless something may be sent to all of the addresses."""
    if not addresses or not all(_is_allowed(each, scheme) for each in addresses):
        raise AddressRefusedError(details={"field": "url"})


def _is_allowed(address: Address, scheme: str) -> bool:
    address = getattr(address, "ipv4_mapped", None) or address
    if any(address in ip_network(network) for network in settings.WEBHOOK_NETWORKS):
        return True
    return scheme == "https" and _is_public(address)


def _is_public(address: Address) -> bool:
    hidden = any(address in network for network in _TRANSLATED)
    return address.is_global and not (address.is_multicast or address.is_reserved or hidden)


def _written(host: str) -> Address | None:
    """Return the address that a host is, None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


@contextmanager
def _looker() -> Iterator[ThreadPoolExecutor]:
    """Give one thread to look up in, left behind where the resolver does not answer: it ends by itself."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="webhook-name")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False)
