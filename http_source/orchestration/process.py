"""Tells whether the process of a run still lives, as far as one can see from this machine."""

import os
import socket
from pathlib import Path


def process_mark(run_id: str) -> str:
    """This process, as a tag of its run: host, id, when it started (ids are used again), and the run."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}:{run_id}"


def is_gone(mark: str, run_id: str) -> bool:
    """Whether the marked process of a run has surely ended; false for one on another machine, and for a mark that is no mark.

    That of another run is none either: Dagster copies the tags of a run to the one that is executed in its place.
    """
    host, pid, started = (*mark.split(":"), "", "", "")[:3]
    if host != socket.gethostname() or not is_marked(mark, run_id) or not pid.isdigit() or os.name != "posix":
        return False
    return _started(int(pid)) != started


def is_marked(mark: str, run_id: str) -> bool:
    """Whether a mark is that run's own."""
    return (*mark.split(":"), "", "", "", "")[3] == run_id


def _started(pid: int) -> str:
    """The start time in the kernel's ticks, empty when there is no such process; "alive" where /proc is missing."""
    if Path("/proc/self/stat").exists():
        try:
            state, *numbers = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except (OSError, ValueError):
            return ""
        # A killed process whose parent has not looked yet is a zombie.
        return "" if state in "ZX" else numbers[18]
    return _answers(pid)


def _answers(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "alive"
    return "alive"
