"""Pausing and resuming entities of runs that are at work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from http_source.model import Position
from http_source_tests.commands.folder import Make, Say, Show, entities, states
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import NAME, RunInThread, Stand
from http_source_tests.waiting import until


@contextmanager
def running(stand: Stand) -> Iterator[list[RunInThread]]:
    """What the daemon does: a tick a second, and the runs that it requests, each in a thread."""
    runs: list[RunInThread] = []
    over = threading.Event()

    def tick() -> None:
        while not over.wait(0.5):
            runs.extend(stand.start(request) for request in stand.tick())

    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        yield runs
    finally:
        over.set()
        ticking.join()


def asks(api: Api, entity: str) -> bool:
    """Whether an entity is asked now."""
    before = len(api.offsets(entity))
    threading.Event().wait(1)
    return len(api.offsets(entity)) > before


def test_b164_a_paused_entity_is_asked_no_more_while_the_other_one_is(make: Make, api: Api, say: Say, show: Show) -> None:
    stand = make(run_max_seconds="900")
    with running(stand) as runs:
        until(lambda: states(show) == {"a": "CAUGHT_UP", "b": "CAUGHT_UP"})
        say("pause", NAME, "a")
        until(lambda: len(runs) == 2 and not asks(api, "a"))
        until(lambda: asks(api, "b"))
        assert states(show)["a"] == "PAUSED"
        api.total += 5
        say("resume", NAME, "a")
        until(lambda: entities(show)["a"]["offset"] == 30)
        say("stop", NAME)
        until(lambda: not any(run.is_alive() for run in runs))
        assert states(show) == {"a": "STOPPED", "b": "STOPPED"}


def reached(stand: Stand, offset: int) -> bool:
    """Whether the checkpoint that was written last is at an offset."""
    return [each["offset"] for each in stand.stored("a")[:1]] == [offset]


def test_an_entity_that_was_moved_says_where_the_run_stands_that_still_polls_it(make: Make, api: Api, show: Show) -> None:
    stand = make(entity_names="a", run_max_seconds="900", run_linger_ms="900000", offset_flush_interval_ms="0")
    run = stand.start(stand.tick()[0])
    until(lambda: reached(stand, 25))
    stand.move("a", Position(99, epoch=1, sequence=1))
    api.total += 5
    until(lambda: reached(stand, 30))
    found = entities(show)["a"]
    assert found["offset"] == 99
    assert found["reason"].endswith("It was moved to this offset; a run still polls from 30, until another takes over.")
    stand.tell_to_end()
    run.join()
    assert "a run still polls" not in entities(show)["a"]["reason"]
