"""Where a request came from, told by as many proxies as we know of and by nobody else."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings


def client_address(meta: Mapping[str, str]) -> str:
    """Return the client's address: the one that the outermost of `settings.TRUSTED_PROXIES` saw.

    What the client itself writes into X-Forwarded-For stands further left, and counts for nothing.
    """
    peer = meta.get("REMOTE_ADDR", "")
    proxies: int = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    told = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return _valid(told) or _valid(peer) or "unknown"


def client_network(meta: Mapping[str, str]) -> str:
    """Return what limits are counted by: the address, for IPv6 the /64 that one subscriber has to spend."""
    address = client_address(meta)
    if ":" not in address:
        return address
    return str(ip_network((address, 64), strict=False))


def _valid(text: str) -> str:
    try:
        address = ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
