"""How long a model's stream is left unread: not at all at first, and longer the less it costs the reader."""

import pytest

from chatbot.llm.pacing import BUSY_WINDOW_SECONDS, WINDOW_SECONDS, ProcessLoad, ReadPace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.used = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("rate", "busy", "window"),
    [
        (10, False, 0.0),
        (100, False, WINDOW_SECONDS),
        (10, True, BUSY_WINDOW_SECONDS),
        (100, True, BUSY_WINDOW_SECONDS),
    ],
)
def test_the_window_follows_the_rate_and_the_load(rate: int, busy: bool, window: float) -> None:
    clock = Clock()
    pace = ReadPace(clock, lambda: busy)
    assert pace.window(1) == 0
    for _ in range(10):
        clock.now += 1 / rate
        waits = pace.window(1)
    assert waits == window


def test_the_load_is_what_was_used_in_the_last_second() -> None:
    clock = Clock()
    load = ProcessLoad(clock, lambda: clock.used)
    clock.now, clock.used = 101.0, 0.9
    assert load.is_busy()
    clock.now, clock.used = 102.0, 1.0
    assert not load.is_busy()
    clock.now, clock.used = 200.0, 90.0
    assert not load.is_busy()
