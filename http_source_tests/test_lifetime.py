"""What is left of a test run that is killed: nothing, within seconds."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from http_source_tests.demo.waiting import with_package
from http_source_tests.waiting import until

HELD = """
import os, pathlib, subprocess, sys, threading
from http_source_tests.kafka import kafka
from http_source_tests.servers import Reply, api, raw

def test_held():
    waits = "import threading; threading.Event().wait()"
    with api(lambda asked: Reply()), raw(lambda connection: None), kafka():
        child = subprocess.Popen([sys.executable, "-c", waits], start_new_session=True)
        new = pathlib.Path("pids.new")
        new.write_text(f"{os.getpid()} {child.pid}")
        new.replace("pids")
        while True:
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                pass
"""
"""A test that never ends, whatever interrupts it, with servers' threads and a process that no signal to its group reaches."""


def is_at_work(process: psutil.Process) -> bool:
    """Whether a process is more than a zombie that nobody has asked for."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_b258_a_test_run_that_is_killed_leaves_no_worker_and_nothing_that_a_test_started(tmp_path: Path) -> None:
    (tmp_path / "test_held.py").write_text(HELD)
    options = ["-n", "1", "-p", "no:cacheprovider", "-p", "http_source_tests.conftest", "--rootdir", str(tmp_path), "-c", os.devnull]
    command = [sys.executable, "-m", "pytest", "-q", *options, "test_held.py"]
    with (tmp_path / "log").open("wb") as log:
        run = subprocess.Popen(command, cwd=tmp_path, env=with_package(), stdout=log, stderr=log)
    pids = tmp_path / "pids"
    until(lambda: pids.exists() or run.poll() is not None)
    assert pids.exists(), (tmp_path / "log").read_text()
    left = [psutil.Process(int(pid)) for pid in pids.read_text().split()]
    assert all(map(is_at_work, left))
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    until(lambda: not any(map(is_at_work, left)))
