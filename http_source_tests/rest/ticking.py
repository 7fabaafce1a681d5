"""A connector that a daemon looks after, while a test asks `serve` for anything."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import dagster as dg

from http_source_tests.orchestration.stand import LEASE, Stand
from http_source_tests.rest.served import Served


@contextmanager
def ticking(served: Served, stand: Stand) -> Iterator[None]:
    """Let its sensor tick, and the runs that it requests live until they are told to end, without polling anything."""
    over, runs = threading.Event(), list[dg.DagsterRun]()

    def live() -> None:
        for signs in count(4):
            runs.extend(stand.live(request) for request in served.tick(stand))
            for run in [each for each in runs if stand.told_to_end(each)]:
                served.instance.report_run_canceled(run)
                runs.remove(run)
            for run in runs:
                served.instance.add_run_tags(run.run_id, {LEASE: f"{run.run_id} polling {signs} "})
            if over.wait(1):
                return

    served.seen(stand)
    living = threading.Thread(target=live, name="runs of a test")
    living.start()
    try:
        yield
    finally:
        over.set()
        living.join()
