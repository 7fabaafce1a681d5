"""A connector under measurement: its file, which can be edited, and what can be seen of it from outside."""

import json
import math
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from bench.control.api import Asked, longest_gap
from bench.control.stage import SELDOM_S, Stage
from bench.control.ui import Refused, Run

INTERVAL_MS = 250
_OTHER_INTERVAL_MS = 300
_STEADY = 3
_PATIENCE_FOR_RECORDS_S = 15
_STEP_S = 0.5
_BEFORE_S = 1.0
QUIET_S = 5.0
"""So long without a request is rest: twenty intervals."""


class Control:
    """One connector whose entities are asked every quarter of a second for the next record.

    Attributes:
        entities: what the file names, or will name when it is written.
        version: of the configuration; each edit adds one, and changes the interval, too.
        more: further properties of the file.
        skips: whether records are left out on purpose; otherwise each number up to the last must arrive.
    """

    def __init__(self, stage: Stage, name: str = "measured") -> None:
        self.stage = stage
        self.name = name
        self.entities: Sequence[str] = ("a", "b")
        self.tasks = 1
        self.version = 1
        self.more: dict[str, str] = {}
        self.skips = False
        self.intervals_ms = (INTERVAL_MS, _OTHER_INTERVAL_MS)
        self._file = stage.folder / "connectors" / f"{name}.json"

    @property
    def interval(self) -> float:
        """The request interval in seconds."""
        return self.intervals_ms[(self.version + 1) % 2] / 1000

    def write(self) -> None:
        """Write the file."""
        self._file.write_text(json.dumps({
            "connector.class": "HttpSource",
            "name": self.name,
            "url": f"{self.stage.api.url}/{self.name}/${{entityName}}",
            "entity.names": ",".join(self.entities),
            "http.request.parameters": "start=${offset}",
            "http.request.headers": f"X-Version:{self.version}",
            "http.initial.offset": "0",
            "http.response.data.json.pointer": "/items",
            "topic.name.pattern": f"{self.name}-${{entityName}}",
            "output.data.format": "JSON",
            "request.interval.ms": str(round(self.interval * 1000)),
            "tasks.max": str(self.tasks),
            **self.more,
        }))

    def begin(self) -> None:
        """Write the file, start Dagster, and wait until all entities are asked."""
        self.write()
        self.stage.start(self.name)
        self.settle()

    def edit(self) -> float:
        """Write the file anew, with another header and interval, and reload; when the reload was done."""
        self.version += 1
        self.write()
        return self.reload()

    def remove(self) -> None:
        """Remove the file."""
        self._file.unlink()

    def reload(self) -> float:
        """Reload the code location; when that was done."""
        self.stage.ui.reload()
        return time.monotonic()

    def asked(self, since: float, *, entity: str | None = None, version: int | None = None) -> list[Asked]:
        """The requests since then, of one entity or all, by one version or any."""
        return [each for each in self.stage.api.since(since)
                if each.connector == self.name and entity in {None, each.entity} and version in {None, int(each.version)}]

    def settle(self) -> None:
        """Wait until the present configuration asks for every entity regularly. Raises NotReached when it never does."""
        began = time.monotonic()
        self.stage.need(lambda: self.is_polled(began), f"{self.name} is not polled by its configuration {self.version}")

    def is_polled(self, since: float) -> bool:
        """Whether the present configuration asked for every entity a few times since then."""
        counts = Counter(each.entity for each in self.asked(since, version=self.version))
        return all(counts[entity] >= _STEADY for entity in self.entities)

    def at_rest(self) -> bool:
        """Whether nothing was asked for some seconds."""
        return not self.asked(time.monotonic() - QUIET_S)

    def first(self, since: float, *, entity: str | None = None) -> float:
        """When the present configuration asked first."""
        return min((each.at for each in self.asked(since, entity=entity, version=self.version)), default=math.inf)

    def last(self, since: float, *, entity: str | None = None, version: int | None = None) -> float:
        """When the last request came, of one entity or all, by one version or any; it may have come shortly before the moment."""
        return max((each.at for each in self.asked(since - QUIET_S, entity=entity, version=version)), default=since)

    def renew(self) -> None:
        """Terminate the runs that do not end by themselves, so that the next round can begin."""
        known = {run.id for run in self.stage.ui.runs(self.name)}
        self.stage.seen(lambda: self._have_ended(known), every=SELDOM_S)

    def _have_ended(self, known: set[str]) -> bool:
        left = [run for run in self.stage.ui.runs(self.name) if run.id in known and not run.ended]
        for run in left:
            # Dagster terminates no run that is just starting; it can be told again.
            with suppress(Refused):
                self.stage.ui.terminate(run.id)
        return not left

    def longest_gap(self, since: float, entities: Sequence[str] = ()) -> float:
        """By how many seconds the longest time without a request of an entity was more than its interval."""
        # The last request before belongs to it: whatever happened may have been the end of asking.
        now, asked = time.monotonic(), self.asked(since - _BEFORE_S)
        return max(longest_gap(asked, entity, now) for entity in entities or self.entities) - self.interval

    def run(self) -> Run | None:
        """The run that is at work, the newest one if several are."""
        return next((run for run in self.stage.ui.runs(self.name) if run.status == "STARTED"), None)

    def present_run(self) -> Run:
        """The run that is at work, which is waited for."""
        self.stage.need(lambda: self.run() is not None, f"No run of {self.name} is at work", SELDOM_S)
        return self.run() or self.present_run()

    def process(self, run: Run) -> int:
        """The process of a run, which is waited for."""
        self.stage.need(lambda: self.stage.ui.process_of(run.id) is not None, f"Run {run.id} has no process", SELDOM_S)
        return self.stage.ui.process_of(run.id) or self.process(run)

    def repeated(self) -> int:
        """How many records are in the topics more than once."""
        return sum(count - 1 for entity in self.stage.api.entities(self.name) for count in self._arrived(entity).values())

    def lost(self) -> int:
        """How many records are not in the topics, after a time in which they may still come."""
        began, given = time.monotonic(), {entity: self._given(entity) for entity in self.stage.api.entities(self.name)}
        while (missing := self._missing(given)) and time.monotonic() < began + _PATIENCE_FOR_RECORDS_S:
            self.stage.pause(_STEP_S)
        return missing

    def _given(self, entity: str) -> set[int]:
        served = self.stage.api.served(self.name, entity)
        return served if self.skips else served | set(range(max(served)))

    def _missing(self, given: dict[str, set[int]]) -> int:
        return sum(len(records - self._arrived(entity).keys()) for entity, records in given.items())

    def _arrived(self, entity: str) -> Counter[int]:
        return self.stage.arrived.of(f"{self.name}-{entity}")
