"""Weaviate, built from its Go module: one node, vectors supplied by us, an API key, no anonymous access."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

import httpx

from tools.stack.builds import GoProgram, build_go
from tools.stack.server import Launch, Place, Server

PROGRAM = GoProgram("github.com/weaviate/weaviate/cmd/weaviate-server", "v1.35.2")
USER = "sicha"


class WeaviateServer(Server):
    name = "weaviate"
    ports = {
        "http": 28080,
        "grpc": 28051,
        "gossip": 28946,
        "data": 28947,
        "raft": 28300,
        "raft_rpc": 28301,
    }
    secrets = ("weaviate", "weaviate_cluster")
    errors = (httpx.HTTPError, OSError)
    patience = 120

    def install(self, cache: Path) -> None:
        build_go(PROGRAM, cache)

    def launch(self, place: Place) -> Launch:
        program = PROGRAM.path(place.cache)
        where = ["--host", "127.0.0.1", "--port", str(place.port()), "--scheme", "http"]
        return Launch([str(program), *where], {**os.environ, **self._node(place), **self._access(place)})

    @staticmethod
    def _node(place: Place) -> dict[str, str]:
        return {
            "PERSISTENCE_DATA_PATH": str(place.data),
            "DEFAULT_VECTORIZER_MODULE": "none",
            "CLUSTER_HOSTNAME": "node1",
            "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
            "CLUSTER_BIND_ADDR": "127.0.0.1",
            "CLUSTER_GOSSIP_BIND_PORT": str(place.port("gossip")),
            "CLUSTER_DATA_BIND_PORT": str(place.port("data")),
            "RAFT_PORT": str(place.port("raft")),
            "RAFT_INTERNAL_RPC_PORT": str(place.port("raft_rpc")),
            "RAFT_JOIN": f"node1:{place.port('raft')}",
            "RAFT_BOOTSTRAP_EXPECT": "1",
            "GRPC_PORT": str(place.port("grpc")),
            "DISABLE_TELEMETRY": "true",
            "GO_PROFILING_DISABLE": "true",
            "LOG_LEVEL": "warning",
        }

    @staticmethod
    def _access(place: Place) -> dict[str, str]:
        return {
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
            "AUTHENTICATION_APIKEY_ENABLED": "true",
            "AUTHENTICATION_APIKEY_ALLOWED_KEYS": place.secrets["weaviate"],
            "AUTHENTICATION_APIKEY_USERS": USER,
            "AUTHORIZATION_ADMINLIST_ENABLED": "true",
            "AUTHORIZATION_ADMINLIST_USERS": USER,
            # The interface between nodes listens on all addresses, whatever the settings say.
            "CLUSTER_BASIC_AUTH_USERNAME": USER,
            "CLUSTER_BASIC_AUTH_PASSWORD": place.secrets["weaviate_cluster"],
        }

    def check(self, place: Place) -> None:
        key = {"Authorization": f"Bearer {place.secrets['weaviate']}"}
        base = f"http://127.0.0.1:{place.port()}/v1"
        httpx.get(f"{base}/.well-known/ready", timeout=3).raise_for_status()
        httpx.get(f"{base}/schema", headers=key, timeout=3).raise_for_status()
        socket.create_connection(("127.0.0.1", place.port("grpc")), timeout=3).close()

    def settings(self, place: Place) -> Mapping[str, str]:
        return {
            "WEAVIATE_URL": f"http://127.0.0.1:{place.port()}",
            "WEAVIATE_API_KEY": place.secrets["weaviate"],
            "WEAVIATE_GRPC_HOST": "127.0.0.1",
            "WEAVIATE_GRPC_PORT": str(place.port("grpc")),
        }
