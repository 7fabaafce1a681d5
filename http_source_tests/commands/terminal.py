"""Somebody at a terminal, who answers what `http-source init` asks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Person:
    """Somebody at a terminal: waits for a question before the answer is typed."""

    def __init__(self, process: "subprocess.Popen[bytes]", keyboard: int) -> None:
        self.process = process
        self._keyboard = keyboard
        self.seen = b""

    def answer(self, question: str, text: str) -> None:
        assert self.process.stderr is not None
        heard = b""
        while not (question.encode() in heard and heard.endswith(b": ")):
            letter = self.process.stderr.read(1)
            assert letter, f"{question} was never asked: {self.seen!r}"
            heard += letter
            self.seen += letter
        os.write(self._keyboard, text.encode())


@contextmanager
def at_terminal(*arguments: str) -> Iterator[Person]:
    """The command in a process of its own, whose input is a terminal."""
    keyboard, screen = os.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "http_source.cli", "init", *arguments]
    try:
        with subprocess.Popen(
            command, stdin=screen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, env=environment, start_new_session=True
        ) as process:
            os.close(screen)
            yield Person(process, keyboard)
    finally:
        os.close(keyboard)
