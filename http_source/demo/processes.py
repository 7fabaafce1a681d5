"""Child processes that never outlive the demo, together with the processes that they start."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

from http_source.errors import HttpSourceError

_KILL_SECONDS = 5.0
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


class ServiceFailed(HttpSourceError):
    """A child process ended although nobody stopped it, or did not get ready; carries the end of what it wrote."""


class Service:
    """One child process in a session of its own: entering starts it, leaving stops it and all that it started.

    Args:
        name: what messages call it.
        command: what follows the Python interpreter.
        folder: where it runs and where its log is.
        environment: the whole environment; None inherits.
        grace: seconds between the interrupt that ends it and the kill for what is still there.
    """

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, *, environment: Mapping[str, str] | None = None, grace: float = 20
    ) -> None:
        self.name = name
        self._command = [sys.executable, *command]
        self._folder = folder
        self._environment = environment
        self._grace = grace
        self._log = folder / f"{name.replace(' ', '-').lower()}.log"

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  the command is ours
                self._command,
                cwd=self._folder,
                env=self._environment,
                # Open as long as this process lives: its end is how a child learns of a parent that was killed.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Interrupt the process and all that it started; kill what is still there after the grace."""
        if not self._end(signal.SIGINT, self._grace):
            self._end(signal.SIGKILL, _KILL_SECONDS)
        if self._process.stdin:
            self._process.stdin.close()

    @property
    def group(self) -> int:
        """The process group of the child and all that it started."""
        return self._process.pid

    def check(self) -> None:
        """Raise ServiceFailed when the process has ended."""
        status = self._process.poll()
        if status is not None:
            raise self.failed(f"ended by itself with exit status {status}")

    def failed(self, what: str) -> ServiceFailed:
        """Return the error that says what happened, and the end of the log."""
        return ServiceFailed(f"{self.name} {what}. The end of its log:\n{self.tail()}")

    def address(self) -> str | None:
        """Return what the process said to be `listening on`, or None before it has."""
        said = re.search(r"^listening on (\S+)$", self._written(), re.MULTILINE)
        return said and said[1]

    def tail(self, lines: int = 25) -> str:
        """Return the last lines that the process wrote, indented."""
        return "\n".join(f"    {line}" for line in self._written().splitlines()[-lines:]) or "    (nothing)"

    def _written(self) -> str:
        return _COLOR.sub("", self._log.read_text(errors="replace"))

    def _end(self, number: signal.Signals, seconds: float) -> bool:
        """Signal the group and tell whether it was gone within so many seconds."""
        with suppress(ProcessLookupError):
            os.killpg(self.group, number)
        deadline = time.monotonic() + seconds
        while not (gone := self._gone()) and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        return gone

    def _gone(self) -> bool:
        if self._process.poll() is None:
            return False
        try:
            os.killpg(self.group, 0)
        except (ProcessLookupError, PermissionError):  # macOS refuses to signal a group of the dead
            return True
        return False


def free_port(wanted: int) -> int:
    """Return the port if nobody listens on it on 127.0.0.1, else another one that is free."""
    for port in (wanted, 0):
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ServiceFailed("No free port was found on 127.0.0.1.")
