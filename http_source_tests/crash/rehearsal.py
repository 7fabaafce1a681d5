"""A connector whose runs are killed: an API and Kafka in this process, each run in another one, the sensor's ticks between."""

import os
import random
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import psutil

from http_source_tests.crash.cluster import start_with_topic
from http_source_tests.crash.topic import Verdict, judge
from http_source_tests.crash.worker import start_run
from http_source_tests.orchestration.api import Answer, Api, serving
from http_source_tests.orchestration.stand import Stand, configuration, ids_in

SIZE = 50
TOPIC = "orders-a"
_PAGE_SECONDS = 0.02


@dataclass
class Rehearsal:
    """What happened.

    Attributes:
        launcher: the command that starts each run's process, given the command that is one.
        resumed: for each run after the first, the offset that was stored and the first one that was asked for.
    """

    stand: Stand
    api: Api
    folder: str
    launcher: Sequence[str]
    resumed: list[tuple[int, int]] = field(default_factory=list)

    def run_until(self, requests: float, number: signal.Signals) -> int:
        """Start the run that the sensor requests, and signal it after so many requests; how it ended."""
        stored, begun = self._stored(), len(self.api.asked)
        with self._start() as process:
            while process.poll() is None and len(self.api.asked) < begun + requests:
                threading.Event().wait(0.005)
            if process.poll() is None and not self._complete():
                children = psutil.Process(process.pid).children(recursive=True)
                os.kill(process.pid, number)
                psutil.wait_procs(children)
            status = process.wait()
        if begun and len(self.api.asked) > begun:
            self.resumed.append((stored, self.api.asked[begun][1]))
        return status

    def finish(self) -> None:
        """Let runs end by themselves until everything was stored."""
        while not self._complete():
            self.run_until(float("inf"), signal.SIGKILL)

    def _start(self) -> subprocess.Popen[str]:
        (request,) = self._wanted()
        return start_run(self.stand, request, self.folder, self.launcher)

    def _wanted(self) -> Sequence[dg.RunRequest]:
        """What the sensor requests, without the pause that it makes after a crash."""
        self.stand.hurry()
        return self.stand.tick()

    def _stored(self) -> int:
        return int(next((position["offset"] for position in self.stand.stored("a")), 0))

    def _complete(self) -> bool:
        return self._stored() >= self.api.total


def rehearse(pages: int, ends: Sequence[tuple[int, signal.Signals]], launcher: Sequence[str] = ()) -> tuple[Verdict, Rehearsal]:
    """Poll so many pages while runs are ended after so many requests by that signal; then let it finish, and judge the topic."""
    host, brokers = start_with_topic(TOPIC)
    with tempfile.TemporaryDirectory() as folder, serving(pages * SIZE, SIZE) as api:
        Path(folder, "dagster.yaml").write_text("telemetry: {enabled: false}\n")
        api.answer = lambda entity, start: slow_page(api, entity, start)
        config = configuration(api.url, entity_names="a", catchup_interval_ms="0", request_interval_ms="3600000",
                               run_max_seconds="900", run_linger_ms="0")
        with dg.DagsterInstance.from_config(folder) as instance:
            rehearsal = Rehearsal(Stand(instance, config, brokers), api, folder, launcher)
            for requests, number in ends:
                rehearsal.run_until(requests, number)
            rehearsal.finish()
    verdict = judge(ids_in(brokers, TOPIC), pages * SIZE)
    host.flush()
    return verdict, rehearsal


def slow_page(api: Api, entity: str, start: int) -> Answer:
    """Slow enough for a signal to find the run at work."""
    threading.Event().wait(_PAGE_SECONDS)
    return api.page(entity, start)


def at_random(kills: int, pages: int) -> list[tuple[int, signal.Signals]]:
    """So many kills, each after a random number of requests that leaves work for those after it."""
    chance = random.Random()
    return [(chance.randint(1, max(1, pages // kills)), signal.SIGKILL) for _ in range(kills)]
