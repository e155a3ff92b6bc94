"""How long a model's stream is left unread: not at all at first, and longer the less it costs the reader."""

import pytest

from chatbot.llm.pacing import BUSY_SHARE, BUSY_WINDOW_SECONDS, WINDOW_SECONDS, ProcessLoad, ReadPace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.used = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("rate", "load", "window"),
    [
        (10, 0.0, 0.0),
        (10, 0.4, 0.0),
        (100, 0.0, WINDOW_SECONDS),
        (100, BUSY_SHARE / 2, (WINDOW_SECONDS + BUSY_WINDOW_SECONDS) / 2),
        (100, BUSY_SHARE, BUSY_WINDOW_SECONDS),
        (10, 0.9, BUSY_WINDOW_SECONDS),
        (100, 0.9, BUSY_WINDOW_SECONDS),
    ],
)
def test_the_window_follows_the_rate_and_the_load(rate: int, load: float, window: float) -> None:
    clock = Clock()
    pace = ReadPace(clock, lambda: load)
    assert pace.window(1) == 0
    for _ in range(10):
        clock.now += 1 / rate
        waits = pace.window(1)
    assert waits == pytest.approx(window)


def test_the_load_is_what_was_used_in_the_last_second() -> None:
    clock = Clock()
    load = ProcessLoad(clock, lambda: clock.used)
    clock.now, clock.used = 101.0, 0.9
    assert load.share() == pytest.approx(0.9)
    clock.now, clock.used = 102.0, 1.0
    assert load.share() == pytest.approx(0.1)
    clock.now, clock.used = 200.0, 90.0
    assert load.share() == 0
