"""A program that is not ours: run on its own, waited for, killed at the end with all it started."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from http_source_tests.waiting import until

_WITH_THIS_PROCESS = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
"""It ends with this process, however that ends."""


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path, answers: Callable[[str], bool], *, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """The program at work in the folder, once `answers` is true of what it has written so far. Fails with that when it ends by itself."""
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*_WITH_THIS_PROCESS, *map(str, command)], cwd=folder, env=dict(os.environ) | dict(environment or {}), stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True,
        )
    try:
        until(lambda: _is_ready(process, log, answers))
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_served(url: str) -> bool:
    """Whether somebody answers there, and with a success."""
    with suppress(requests.ConnectionError, requests.Timeout), requests.get(url, timeout=5) as answer:
        return answer.ok
    return False


def _is_ready(process: "subprocess.Popen[bytes]", log: Path, answers: Callable[[str], bool]) -> bool:
    written = log.read_text(encoding="utf-8", errors="replace")
    assert process.poll() is None, f"{log.stem} ended by itself:\n{written}"
    return answers(written)
