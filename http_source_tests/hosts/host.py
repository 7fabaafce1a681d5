"""Hosts: each has a network, process ids, a name and a /proc of its own, as a container has, and is killed as one is.

Nothing of them outlives the process that made them, however that ends.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil

from http_source_tests.hosts.waiting import soon
from http_source_tests.waiting import until

_UNSHARE = ("unshare", "--net", "--pid", "--uts", "--mount", "--fork", "--kill-child", "--mount-proc")
# Once its network is made, the command takes the place of the first process, as it does in a container.
_FIRST = 'hostname "$0" && read -r _ && exec "$@" < /dev/null'
_SET_FLAGS, _UP = 0x8914, 0x1
_LIBC = ctypes.CDLL(None, use_errno=True)


def missing() -> str:
    """Why there can be no hosts here, or nothing."""
    try:
        tried = subprocess.run(["setpriv", "--pdeathsig", "KILL", *_UNSHARE, "hostname", "x"], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        return f"hosts of their own need {error.filename}: on Debian install util-linux and hostname to run this test"
    said = tried.stderr.strip()
    return f"hosts of their own need Linux and root with CAP_SYS_ADMIN ({said}): run this test as root" if tried.returncode else ""


class Host:
    """A host that runs one command.

    Attributes:
        log: what its processes write.
        first: the first process, by its id here.
    """

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """Make it, with an empty network; `boot` starts the command."""
        self.name = name
        self.log = log
        wanted = ["setpriv", "--pdeathsig", "KILL", *_UNSHARE, "bash", "-c", _FIRST, name, *command]
        with log.open("wb") as output:
            self._outer = subprocess.Popen(wanted, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output,
                                           start_new_session=True)
        until(lambda: _children(self._outer.pid))
        (self.first,) = _children(self._outer.pid)
        with self.socket() as any_socket:
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh", b"lo", _UP))

    def boot(self) -> None:
        assert self._outer.stdin
        self._outer.stdin.write(b"\n")
        self._outer.stdin.close()

    def socket(self) -> socket.socket:
        """A socket in its network, for this process. Raises OSError when the host is gone."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_socket_in, self.first).result()

    def processes(self) -> list[psutil.Process]:
        """All that live in it, by their ids here."""
        with suppress(OSError):
            own = Path(f"/proc/{self.first}/ns/pid").readlink()
            return [each for each in psutil.process_iter() if _lives_in(each.pid, own)]
        return []

    def kill(self) -> None:
        """Kill every process at once."""
        with suppress(ProcessLookupError):
            os.kill(self.first, signal.SIGKILL)
        self.ended()

    def kill_runs(self) -> float:
        """Kill the processes of runs, and of nothing else; when that was (`time.monotonic()`)."""
        for each in self.processes():
            with suppress(psutil.NoSuchProcess):
                if "spawn_main" in " ".join(each.cmdline()):
                    each.kill()
        return time.monotonic()

    def terminate(self) -> None:
        """Ask the first process to end, as `docker stop` and Kubernetes do."""
        os.kill(self.first, signal.SIGTERM)

    def ended(self, within: float | None = None) -> bool:
        """Whether it has ended, after so many seconds at most."""
        if within is None:
            self._outer.wait()
        elif not soon(lambda: self._outer.poll() is not None, within):
            return False
        if self._outer.stdin:
            self._outer.stdin.close()
        return True

    def said(self) -> str:
        """All that its processes have written."""
        return self.log.read_text(errors="replace")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _lives_in(pid: int, namespace: Path) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/ns/pid").readlink() == namespace
    return False


def _socket_in(pid: int) -> socket.socket:
    """Only the thread that calls it goes there; the socket stays there, whoever uses it."""
    with Path(f"/proc/{pid}/ns/net").open("rb") as network:
        if _LIBC.setns(network.fileno(), 0):
            raise OSError(ctypes.get_errno(), "setns")
    return socket.socket()
