"""Which process holds a lease, and whether it has surely ended, as far as one can see from here."""

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Process:
    """One process of one machine.

    Attributes:
        host: the name of the machine, or of the container.
        boot: what is new with every start of the machine's kernel.
        namespace: the PID namespace: numbers of processes mean nothing outside it.
        number: the process's number.
        started: when it started, since numbers are used again.
    """

    host: str
    boot: str
    namespace: str
    number: int
    started: str

    @classmethod
    def own(cls) -> Self:
        """This one."""
        return cls(socket.gethostname(), boot_mark(), _namespace(), os.getpid(), _started(os.getpid()))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `str` gave; None for anything else."""
        host, boot, namespace, number, started = (*text.rsplit(":", _FIELDS - 1), *[""] * _FIELDS)[:_FIELDS]
        return cls(host, boot, namespace, int(number), started) if number.isdecimal() else None

    def __str__(self) -> str:
        return f"{self.host}:{self.boot}:{self.namespace}:{self.number}:{self.started}"

    @property
    def is_gone(self) -> bool:
        """Whether it has surely ended; False for one that cannot be seen from here."""
        here = (socket.gethostname(), boot_mark(), _namespace())
        return "" not in here and here == (self.host, self.boot, self.namespace) and _started(self.number) != self.started


@cache
def boot_mark() -> str:
    """What is the same for all processes of one start of the machine's kernel; empty where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:13]
    except OSError:
        return ""


def _namespace() -> str:
    """The PID namespace of this process; empty where /proc is missing, or shows the processes of another namespace."""
    try:
        own = os.readlink("/proc/self")  # noqa: PTH115 - a Path would resolve it
        return os.readlink("/proc/self/ns/pid").strip("pid:[]") if own == str(os.getpid()) else ""  # noqa: PTH115
    except OSError:
        return ""


def _started(number: int) -> str:
    """The start time in the kernel's ticks; empty when there is no such process."""
    try:
        state, *numbers = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    # A killed process whose parent has not looked yet is a zombie.
    return "" if state in "ZX" else numbers[18]
