"""What the processes of a deployment are, and what they use."""

import math
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import psutil

_TELLING = 5
"""Behind so many arguments come settings, in which the names of other processes may stand."""
_ROLES = (  # what a command line holds → what the process is
    ("multiprocessing.spawn", "run"),
    ("execute_run", "run"),
    ("dagster._daemon", "daemon"),
    ("dagster-daemon", "daemon"),
    ("dagster_webserver", "webserver"),
    ("dagster-webserver", "webserver"),
    ("code-server", "code server (proxy)"),
    ("grpc", "code server"),
    ("dagster dev", "dagster dev"),
    ("celery", "worker"),
)
OTHERS = "others"
MEGABYTE = 1e6


def role_of(process: psutil.Process) -> str:
    """What a process is: a part of Dagster, a run, or one of `OTHERS`."""
    try:
        command = " ".join(process.cmdline()[:_TELLING])
    except psutil.Error:
        command = ""
    return next((role for part, role in _ROLES if part in command), OTHERS)


def cpu_of(process: psutil.Process) -> float:
    """Seconds of processor time so far; not a number for one that has ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return math.nan
    return times.user + times.system


def session(leader: int) -> list[psutil.Process]:
    """The processes of a session, whatever group they went to."""
    return [each for each in psutil.process_iter() if _is_of(each, leader)]


def _is_of(process: psutil.Process, leader: int) -> bool:
    try:
        return os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.Error):
        return False


class CpuMeter:
    """Adds up what processes use; one that begins meanwhile counts from its beginning.

    Attributes:
        used: seconds of processor time, by role.
    """

    def __init__(self) -> None:
        self._last: dict[psutil.Process, float] = {}
        self.used: defaultdict[str, float] = defaultdict(float)

    def look(self, processes: Iterable[psutil.Process]) -> None:
        """Take in what was used since the last look."""
        first = not self._last
        for process in processes:
            cpu = cpu_of(process)
            if not math.isnan(cpu):
                self.used[role_of(process)] += cpu - self._last.get(process, cpu if first else 0.0)
                self._last[process] = cpu


@dataclass(slots=True)
class Held:
    """What the processes of one role hold.

    Attributes:
        shared: bytes, where memory of several processes counts once (PSS).
        resident: bytes of each process (RSS).
    """

    count: int = 0
    shared: int = 0
    resident: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)


def held(processes: Iterable[psutil.Process]) -> Mapping[str, Held]:
    """What processes hold now, by role."""
    found: defaultdict[str, Held] = defaultdict(Held)
    for process in processes:
        try:
            memory, threads, connections = process.memory_full_info(), process.num_threads(), len(process.net_connections("tcp"))
        except psutil.Error:
            continue
        mine = found[role_of(process)]
        mine.count += 1
        mine.shared += memory.pss
        mine.resident.append(memory.rss)
        mine.threads.append(threads)
        mine.connections.append(connections)
    return found
