"""Limits counted in Redis: exact sliding windows that all replicas share, by the server's own clock."""

import math
from collections.abc import Sequence

from redis import BlockingConnectionPool, Redis

from accounts.limits.port import LimitState
from config.kernel.outages import asking_redis

MOST_CONNECTIONS = 32
WAIT_SECONDS = 0.5

# A list of moments in microseconds, oldest first: uses that still count. One script, so nobody comes between.
_HIT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local limit, window = tonumber(ARGV[1]), ARGV[2] * 1000000
local uses = redis.call('LLEN', KEYS[1])
-- Moments to come are of a clock that was put back since; they are as good as now.
for index = uses - 1, 0, -1 do
  if tonumber(redis.call('LINDEX', KEYS[1], index)) <= now then break end
  redis.call('LSET', KEYS[1], index, string.format('%.0f', now))
end
local oldest = tonumber(redis.call('LINDEX', KEYS[1], 0))
while oldest and oldest <= now - window do
  redis.call('LPOP', KEYS[1])
  uses = uses - 1
  oldest = tonumber(redis.call('LINDEX', KEYS[1], 0))
end
if uses >= limit then return {-1, string.format('%.0f', oldest + window - now)} end
redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], window / 1000)
return {limit - uses - 1, string.format('%.0f', (oldest or now) + window - now)}
"""


class RedisLimits:
    """Used from many threads. Every method raises OutageError, quickly, when Redis does not answer."""

    def __init__(self, url: str) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=2,
            socket_connect_timeout=WAIT_SECONDS,
            socket_timeout=WAIT_SECONDS,
        )
        self._redis = Redis(connection_pool=pool)
        self._hit = self._redis.register_script(_HIT)

    def hit(self, key: str, *, limit: int, seconds: int) -> LimitState:
        with asking_redis():
            remaining, microseconds = self._hit(keys=[key], args=[limit, seconds])
        wait = max(1, math.ceil(int(microseconds) / 1_000_000))
        if remaining < 0:
            return LimitState(limit, 0, wait, retry_after=wait)
        return LimitState(limit, remaining, wait)

    def refund(self, key: str) -> None:
        with asking_redis():
            self._redis.rpop(key)

    def forget(self, keys: Sequence[str]) -> None:
        with asking_redis():
            self._redis.delete(*keys)

    def clear(self) -> None:
        with asking_redis():
            for key in self._redis.scan_iter("rate_limit:*", count=1000):
                self._redis.delete(key)

    def close(self) -> None:
        """Let the connections go."""
        self._redis.close()
        self._redis.connection_pool.disconnect()
