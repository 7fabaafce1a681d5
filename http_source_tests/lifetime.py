"""A test run that is killed leaves nothing behind: each worker ends with what started it, and ends what it has started itself.

A worker that only loses its connection interrupts its main thread, and then lives on for as long as any thread of a test's server does.
"""

import os
import threading
from contextlib import suppress

import psutil

_LOOK_S = 0.5


def end_with(parent: int) -> None:
    """Let this process end, with all that it started, soon after that parent has."""
    threading.Thread(target=_watch, args=(parent,), name="lifetime", daemon=True).start()


def _watch(parent: int) -> None:
    over = threading.Event()
    while os.getppid() == parent:
        over.wait(_LOOK_S)
    # Found before the first of them is killed: what is orphaned cannot be found any more.
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            process.kill()
    os._exit(1)
