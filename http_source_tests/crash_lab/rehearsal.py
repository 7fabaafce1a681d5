"""A connector that is killed and started again until everything has arrived, and what its topic says about it."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, Signals
from typing import Any

from http_source.model import Position
from http_source_tests.crash.topic import Verdict, judge
from http_source_tests.crash_lab.api import SIZE, Mode, Numbers, numbers
from http_source_tests.crash_lab.checker import committed_ids, returns
from http_source_tests.crash_lab.forks import Fork
from http_source_tests.crash_lab.life import FAILED, JOURNAL, LOG, Life
from http_source_tests.crash_lab.points import Point
from http_source_tests.crash_lab.switch import Kill
from http_source_tests.orchestration.stand import configuration
from http_source_tests.real_servers.broker_tasks import Kafka

AT_LEAST_ONCE, EXACTLY_ONCE = "at least once", "exactly once"
GUARANTEES: dict[str, dict[str, object]] = {AT_LEAST_ONCE: {}, EXACTLY_ONCE: {"exactly.once.support": "required"}}
_FREE_RECORDS = 3 * SIZE
_MOST_LIVES = 20


@dataclass
class Rehearsal:
    """One connector, its API and its topic."""

    kafka: Kafka
    api: Numbers
    folder: Path
    config: dict[str, object]
    guarantee: str
    login: dict[str, str] = field(default_factory=dict)
    forks: list[Fork] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return str(self.config["name"])

    # Lives

    def kill_at(self, point: Point, number: Signals = SIGKILL) -> Kill:
        """What is to happen to a run there; the API holds back most of its records until the run has stored a checkpoint."""
        armed = self.folder / "armed"
        self.api.hold = lambda first: first >= _FREE_RECORDS and not armed.exists()
        return Kill(point, armed, number)

    def start(self, kill: Kill | None = None, *, disowns: bool = False, folder: Path | None = None) -> Fork:
        """Start a life; with a folder of its own it knows nothing of the others."""
        brokers = self.kafka.broker.signed_in if self.login else self.kafka.broker.bootstrap
        life = Life(folder=folder or self.folder, config=self.config, brokers=brokers, kill=kill, login=self.login, disowns=disowns)
        self.forks.append(Fork(life.live))
        return self.forks[-1]

    def join(self, fork: Fork) -> int:
        """The exit code of a life: 0, FAILED, or less than 0 for the signal that ended it."""
        status = fork.join()
        assert status <= 0 or status == FAILED, f"A process ended with {status}:\n{self.log()}"
        return status

    def live(self, kill: Kill | None = None) -> int:
        """A life to its end; its exit code."""
        return self.join(self.start(kill))

    def finish(self) -> None:
        """Live until a run was served the last records and has ended by itself, with success."""
        for _ in range(_MOST_LIVES):
            if self.live() == 0 and self.api.served[-1].first + SIZE >= self.api.available:
                return
        raise AssertionError(f"{_MOST_LIVES} runs have not brought everything; the last one said:\n{self.log()}")

    # What is left of them

    def log(self) -> str:
        """The end of what the lives had to say."""
        return (self.folder / LOG).read_text()[-4000:]

    def journal(self, noted: str) -> list[dict[str, Any]]:
        """What the lives noted, in order, where it has this part."""
        notes = [json.loads(line) for line in (self.folder / JOURNAL).read_text().splitlines()]
        return [note for note in notes if noted in note]

    def verdict(self) -> Verdict:
        return judge(self._ids(), self.api.available)

    def faults(self, verdict: Verdict) -> tuple[str, ...]:
        """What breaks the guarantee, a sentence each."""
        lost = [f"{verdict.lost} records are lost."] if verdict.lost else []
        skipped = [f"{count} records are left out." for count in verdict.skipped]
        if self.guarantee == EXACTLY_ONCE:
            return (*lost, *skipped, *(f"{count} records are repeated." for count in verdict.repeated))
        return (*lost, *skipped, *self._strays(), *self._leaps())

    def _strays(self) -> list[str]:
        """The topic goes back to checkpoints only."""
        checkpoints = {self._next_record(note["stored"]) for note in self.journal("stored")}
        return [f"It goes back to record {record}, which is at no checkpoint." for record in set(returns(self._ids())) - checkpoints]

    def _leaps(self) -> Iterator[str]:
        """Each life asks first for what the last checkpoint says."""
        notes = self.journal("stored")
        ends = [note["at"] for note in notes[1:]] + [float("inf")]
        for note, end in zip(notes, ends, strict=True):
            stored = self.api.mode.is_from[0](self._position(note["stored"]))
            asked = next((each.offset for each in self.api.served if note["at"] < each.at < end), stored)
            if asked != stored:
                yield f"It asked for {asked}, and {stored} was stored."

    def _next_record(self, stored: object) -> int:
        position = self._position(stored)
        mode, place = self.api.mode, self.api.mode.is_from[0](position)
        return mode.first(place) + position.delivered if mode.behind is None else mode.behind(place)

    def _position(self, stored: object) -> Position:
        return Position.from_json(stored or {"offset": self.api.mode.initial})

    def _ids(self) -> list[int]:
        return committed_ids(self.kafka.broker.bootstrap, self.topic)


@contextmanager
def rehearsing(kafka: Kafka, folder: Path, mode: Mode, guarantee: str, available: int) -> Iterator[Rehearsal]:
    """A connector with a topic of its own; no process of it is left at the end."""
    name = f"lab_{secrets.token_hex(4)}"
    kafka.create(name)
    with numbers(mode, available) as api:
        config = {
            **configuration(api.url, entity_names="a", catchup_interval_ms="0", run_max_seconds="900", run_linger_ms="0"),
            "name": name, "topic.name.pattern": name, "http.request.parameters": f"from={mode.is_from[1]}",
            "http.offset.mode": mode.name, **mode.properties, **GUARANTEES[guarantee],
        }
        rehearsal = Rehearsal(kafka, api, instance_in(folder / name), config, guarantee)
        try:
            yield rehearsal
        finally:
            for fork in rehearsal.forks:
                fork.signal(SIGKILL)
                fork.join()


def instance_in(folder: Path) -> Path:
    """A new folder for a Dagster instance."""
    folder.mkdir()
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    return folder
