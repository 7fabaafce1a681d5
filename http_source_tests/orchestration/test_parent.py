"""Whether what started a run is still there, as the run sees it."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from http_source.orchestration.parent import Parent, Server
from http_source_tests.waiting import until

SPAWN = multiprocessing.get_context("spawn")
"""As a code server starts the processes of runs."""


def look_late(parent: int, answer: Path) -> None:
    """Look for the parent when it is gone already, and write down what was seen."""
    while os.getppid() == parent:
        threading.Event().wait(0.05)
    new = answer.with_suffix(".new")
    new.write_text(Parent().ends())
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
    until(answer.exists)
    assert answer.read_text() == "It ends, because the process that started it is gone."


def test_a_run_whose_parent_is_there_need_not_end() -> None:
    assert Parent().ends() == ""


# A code server that is told to end, by the rhythm of its main thread

SERVER = """
import sys, threading
rest, over = threading.Event(), threading.Event()
print("up", flush=True)
threading.Thread(target=lambda: (input(), over.set()), daemon=True).start()
while not over.is_set():
    rest.wait(0.1)
print("told", flush=True)
while True:
    rest.wait(float(sys.argv[1]))
"""


def server(program: str, later: float) -> subprocess.Popen[str]:
    """A process with the words and the rhythm of a code server, and another rhythm once it is told to end."""
    words = [sys.executable, "-c", SERVER, str(later), "dagster", program]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("program", "later", "ends"), [
    ("grpc", 1000, True), ("code-server", 0.05, True), ("grpc", 0.05, False), ("grpc", 0.1, False), ("code-server", 0.1, False),
])
def test_b181_a_code_server_that_is_told_to_end_is_known_by_its_rhythm(program: str, later: float, ends: bool) -> None:  # noqa: FBT001 - a column
    with server(program, later) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        watched = Server(process.pid)
        looks = [look(watched) for _ in range(4)]
        print(file=process.stdin, flush=True)
        assert process.stdout.readline() == "told\n"
        found = [look(watched) for _ in range(8)]
        process.kill()
    assert not any(looks)
    assert any(found) is ends


def look(watched: Server) -> bool:
    threading.Event().wait(0.5)
    return watched.is_ending()
