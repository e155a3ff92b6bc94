"""Reading a log by the handful, for those who ask again and again instead of staying."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from chatbot.streams.port import Entry

AT_HAND_SECONDS = 0.02
MOST = 256


async def next_batch(entries: AsyncGenerator[Entry | None, None]) -> list[Entry]:
    """Wait for the next entry and return it with those that are there, too; nothing when all stays quiet."""
    batch: list[Entry] = []
    async with aclosing(entries):
        while len(batch) < MOST:
            coming = asyncio.ensure_future(anext(entries, None))
            if batch and not (await asyncio.wait({coming}, timeout=AT_HAND_SECONDS))[0]:
                coming.cancel()
                await asyncio.wait({coming})
                break
            entry = await coming
            if entry is None:
                break
            batch.append(entry)
    return batch
