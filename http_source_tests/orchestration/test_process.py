"""Whether the process of a run still lives."""

import os
import signal
import socket
import subprocess
import sys

from http_source.orchestration.process import is_gone, process_mark

MARK_AND_WAIT = "from http_source.orchestration.process import process_mark; print(process_mark('run'), flush=True); input()"


def test_this_process_lives() -> None:
    assert not is_gone(process_mark("run"), "run")


def test_a_killed_process_is_gone_even_before_its_parent_has_looked() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", MARK_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env=environment) as process:
        assert process.stdout is not None
        mark = process.stdout.readline().strip()
        assert not is_gone(mark, "run")
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == ""
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_gone(mark, "run")
    assert is_gone(mark, "run")


def test_another_process_with_the_same_number_is_not_the_one() -> None:
    assert is_gone(f"{socket.gethostname()}:{os.getpid()}:1:run", "run")


def test_what_cannot_be_seen_from_here_is_not_called_gone() -> None:
    for mark in ("", "nonsense", "elsewhere:1:1:run", f"{socket.gethostname()}:x:1:run", f"{socket.gethostname()}:1:1"):
        assert not is_gone(mark, "run")


def test_b136_the_mark_that_was_copied_from_another_run_says_nothing() -> None:
    assert not is_gone(f"{socket.gethostname()}:{os.getpid()}:1:run", "the same run, executed again")
