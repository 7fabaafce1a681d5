"""Tells whether what started a run's process is still there: a run that nobody looks after ends, stored."""

import json
import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress

import dagster as dg

_SERVER_TAG = ".dagster/grpc_info"
_CONNECT_S = 0.5
_PERIOD_S = 1.0
_REFUSALS = 2


class Parent:
    """The code server that started this process: gone when its process is, and ending when it takes no calls any more.

    A code server that is told to end waits for its runs, and does not tell them.
    """

    def __init__(self, run: dg.DagsterRun) -> None:
        self._process = multiprocessing.parent_process()
        self._number = os.getppid()
        self._call = _server_of(run)
        self._answered = False
        self._refusals = 0
        self._called_at = 0.0

    def ends(self) -> str:
        """Why the run is to end, as a sentence; empty while it need not."""
        if os.getppid() != self._number or (self._process is not None and not self._process.is_alive()):
            return "It ends, because the process that started it is gone."
        if self._call is not None and self._refuses(self._call):
            return "It ends, because the code server that started it ends."
        return ""

    def _refuses(self, call: Callable[[], None]) -> bool:
        if time.monotonic() - self._called_at >= _PERIOD_S:
            self._called_at = time.monotonic()
            try:
                call()
            except OSError:
                # One that never answered from here says nothing.
                self._refusals += self._answered
            else:
                self._answered, self._refusals = True, 0
        return self._refusals >= _REFUSALS


def _server_of(run: dg.DagsterRun) -> Callable[[], None] | None:
    """What calls the server, and raises OSError when nobody listens; None for a run that no server's process started."""
    info = {}
    with suppress(ValueError):
        info = json.loads(run.tags.get(_SERVER_TAG, "{}"))
    if path := info.get("socket"):
        return lambda: _call_at(path)
    if port := info.get("port"):
        return lambda: socket.create_connection((info.get("host") or "localhost", int(port)), _CONNECT_S).close()
    return None


def _call_at(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_CONNECT_S)
        client.connect(path)
