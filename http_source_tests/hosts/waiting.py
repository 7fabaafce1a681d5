"""Waiting with an end."""

import threading
import time
from collections.abc import Callable


def soon(condition: Callable[[], object], seconds: float) -> bool:
    """Whether the condition holds within so many seconds."""
    end = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < end:
        threading.Event().wait(0.05)
    return bool(holds)


def watch(seconds: float) -> float:
    """Let time pass; the moment at which it began to."""
    start = time.monotonic()
    threading.Event().wait(seconds)
    return start
