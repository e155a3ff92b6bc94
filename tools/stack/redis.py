"""Redis from the operating system's package, with an append-only file: a restart keeps what it had."""

import os
from collections.abc import Mapping
from pathlib import Path

from redis import Redis, RedisError

from tools.stack.folders import write_private
from tools.stack.packages import find, has, need
from tools.stack.server import Launch, Place, Server

CONFIGURATION = """\
bind 127.0.0.1
port {port}
dir "{folder}"
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


class RedisServer(Server):
    name = "redis"
    ports = {"redis": 26379}
    secrets = ("redis",)
    errors = (RedisError,)
    patience = 20

    def install(self, cache: Path) -> None:
        del cache
        need({"redis-server": has("redis-server")})

    def prepare(self, place: Place) -> None:
        super().prepare(place)
        text = CONFIGURATION.format(port=place.port(), folder=place.data, password=place.secrets["redis"])
        write_private(place.folder / "redis.conf", text)

    def launch(self, place: Place) -> Launch:
        return Launch([find("redis-server"), str(place.folder / "redis.conf")], os.environ)

    def check(self, place: Place) -> None:
        client = Redis(
            port=place.port(), password=place.secrets["redis"], socket_timeout=2, socket_connect_timeout=2
        )
        try:
            client.ping()
        finally:
            client.close()

    def settings(self, place: Place) -> Mapping[str, str]:
        base = f"redis://:{place.secrets['redis']}@127.0.0.1:{place.port()}"
        return {"REDIS_URL": f"{base}/0", "CELERY_BROKER_URL": f"{base}/1"}
