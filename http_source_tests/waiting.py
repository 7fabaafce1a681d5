"""Waiting for what other threads and processes do."""

import threading
import time
from collections.abc import Callable

_LEAST_S, _MOST_S = 0.01, 1.0


def until(condition: Callable[[], object]) -> None:
    """Return as soon as the condition holds.

    To look takes a third of the time at most: many conditions read a whole storage, and what is waited for needs the processor, too.
    """
    begun = time.perf_counter()
    while not condition():
        took = time.perf_counter() - begun
        threading.Event().wait(min(max(2 * took, _LEAST_S), _MOST_S))
        begun = time.perf_counter()
