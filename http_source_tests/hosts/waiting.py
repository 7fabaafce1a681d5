"""Waiting with an end."""

import os
import threading
import time
from collections.abc import Callable


def soon(condition: Callable[[], object], seconds: float) -> bool:
    """Whether the condition holds within so many seconds, as `allowed` counts them."""
    start = time.monotonic()
    while not (holds := condition()) and time.monotonic() < start + allowed(seconds):
        threading.Event().wait(0.05)
    return bool(holds)


def allowed(seconds: float) -> float:
    """What a promise of so many seconds comes to just now: more where more processes want to run than there are cores.

    A promise is about a machine that has time for it. One that shares its cores between all tests needs as many times longer.
    """
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def watch(seconds: float) -> float:
    """Let time pass; the moment at which it began to."""
    start = time.monotonic()
    threading.Event().wait(seconds)
    return start
