"""Whether what started a run is still there, as the run sees it."""

import multiprocessing
import os
import signal
import threading
from pathlib import Path

import dagster as dg

from http_source.orchestration.parent import Parent
from http_source_tests.orchestration.workers import wait_for

SPAWN = multiprocessing.get_context("spawn")
"""As a code server starts the processes of runs."""


def look_late(parent: int, answer: Path) -> None:
    """Look for the parent when it is gone already, and write down what was seen."""
    while os.getppid() == parent:
        threading.Event().wait(0.05)
    new = answer.with_suffix(".new")
    new.write_text(Parent(dg.DagsterRun(job_name="orders_poll")).ends())
    new.replace(answer)


def start_and_die(answer: Path) -> None:
    """Start a process that looks late, and be killed."""
    SPAWN.Process(target=look_late, args=(os.getpid(), answer)).start()
    os.kill(os.getpid(), signal.SIGKILL)


def test_b259_a_run_whose_parent_is_gone_before_it_looked_ends(tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    parent = SPAWN.Process(target=start_and_die, args=(answer,))
    parent.start()
    parent.join()
    wait_for(answer.exists)
    assert answer.read_text() == "It ends, because the process that started it is gone."


def test_a_run_whose_parent_is_there_need_not_end() -> None:
    assert Parent(dg.DagsterRun(job_name="orders_poll")).ends() == ""
