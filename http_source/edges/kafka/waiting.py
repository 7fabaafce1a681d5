"""Waiting for Kafka's answers in a way that can be ended."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

LOOK_S = 0.1

Look = Callable[[], None]
"""Called several times a second while Kafka is waited for; it ends that by raising."""

T = TypeVar("T")


def nothing() -> None:
    """Look at nothing: the wait ends when it ends."""


def answer(future: "Future[T]", look: Look) -> T:
    """What the future brings; a question whose wait `look` ends is left to itself."""
    while True:
        try:
            return future.result(timeout=LOOK_S)
        except TimeoutError:
            look()


def aside(call: Callable[[], T]) -> "Future[T]":
    """Call in a thread of its own."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            future.set_exception(error)

    # A daemon: librdkafka's blocking calls cannot be interrupted, so a run that has to end abandons the thread inside of one.
    Thread(target=run, name="http-source-kafka", daemon=True).start()
    return future
