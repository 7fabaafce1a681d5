"""How long an end takes, and what comes after it."""

import math
import os
import signal
import time
from collections.abc import Callable

import psutil

from bench.control.connector import Control
from bench.control.findings import Findings


def code_server(control: Control, found: Findings) -> None:
    """SIGTERM to the code server whose child the run is."""
    control.begin()
    for _ in found.rounds(control):
        run = psutil.Process(control.process(control.present_run()))
        server = psutil.Process(run.ppid())
        told = time.monotonic()
        os.kill(server.pid, signal.SIGTERM)
        gone = _seconds(control, told, lambda run=run: not _lives(run))  # type: ignore[misc]
        found.add("the run is gone", gone)
        both = gone if math.isinf(gone) else _seconds(control, told, lambda server=server: not _lives(server))  # type: ignore[misc]
        found.add("the code server is gone", both)
        found.add("first request afterwards", math.inf if math.isinf(gone) else _back(control, told + gone) - told)
        if math.isinf(found.values["first request afterwards"][-1]):
            control.stage.stop()
            control.stage.start(control.name)


def _back(control: Control, since: float) -> float:
    """When the connector was asked for again, which Dagster must bring about."""
    return control.first(since) if control.stage.seen(lambda: control.is_polled(since)) else math.inf


def ctrl_c(control: Control, found: Findings) -> None:
    """Ctrl-C in the terminal of `dagster dev`, which is started again."""
    control.begin()
    for _ in found.rounds(control):
        running = control.stage.processes()
        told = time.monotonic()
        control.stage.interrupt()
        found.add("all is gone", _seconds(control, told, lambda running=running: not any(map(_lives, running))))  # type: ignore[misc]
        found.add("last request", control.last(told) - told)
        control.stage.stop()
        started = time.monotonic()
        control.stage.start(control.name)
        control.settle()
        found.add("first request after the start", control.first(started) - started)


def _seconds(control: Control, since: float, condition: Callable[[], bool]) -> float:
    return time.monotonic() - since if control.stage.seen(condition) else math.inf


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
