"""The ASGI-server seam; `build_server` chooses the adapter by `settings.ASGI_SERVER`."""

import socket

from django.conf import settings

from config.servers.port import AsgiServer


def build_server(bound: socket.socket) -> AsgiServer:
    """Return the configured server for a bound socket that does not listen yet."""
    if settings.ASGI_SERVER == "daphne":
        from config.servers.daphne import DaphneServer  # Twisted takes its time to load

        return DaphneServer(bound)
    from config.servers.uvicorn import UvicornServer

    return UvicornServer(bound)
