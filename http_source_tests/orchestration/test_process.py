"""Whether the process of a run still lives."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from http_source.orchestration.ledger.process import Process

MARK_AND_WAIT = "from http_source.orchestration.ledger.process import Process; print(Process.own(), flush=True); input()"


def test_this_process_lives() -> None:
    assert not Process.own().is_gone


def test_a_process_is_read_as_it_was_written() -> None:
    assert Process.parse(str(Process.own())) == Process.own()


def test_a_killed_process_is_gone_even_before_its_parent_has_looked() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", MARK_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env=environment) as process:
        assert process.stdout is not None
        marked = Process.parse(process.stdout.readline().strip())
        assert marked is not None
        assert not marked.is_gone
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == ""
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert marked.is_gone
    assert marked.is_gone


def test_another_process_with_the_same_number_is_not_the_one() -> None:
    assert replace(Process.own(), started="1").is_gone


@pytest.mark.parametrize("part", ["host", "boot", "namespace"])
def test_b180_what_cannot_be_seen_from_here_is_not_called_gone(part: str) -> None:
    text = str(replace(Process.own(), started="1")).replace(str(getattr(Process.own(), part)), "elsewhere", 1)
    there = Process.parse(text)
    assert there is not None
    assert getattr(there, part) == "elsewhere"
    assert not there.is_gone


@pytest.mark.parametrize("text", ["", "nonsense", "elsewhere:1:1", "a:b:c:x:1"])
def test_what_is_no_process_is_none(text: str) -> None:
    assert Process.parse(text) is None
