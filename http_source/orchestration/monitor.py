"""How connectors fare, for one who looks again and again, such as Prometheus: cheaply, and without waiting for a sign of life.

It remembers what it has read, so that a look reads what is new and not the whole log. Nothing depends on that memory: who begins with an
empty one reads the newest of each entity and task.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg

from http_source.orchestration.conditions import Condition, Known
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.daemons import asleep, heartbeats
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.lease import FailureDetector, Sign
from http_source.orchestration.ledger.log import Bookmark, EventLog
from http_source.orchestration.ledger.runs import LiveRun, failure_of, live_runs_of_instance
from http_source.orchestration.ledger.sensors import Sensors
from http_source.orchestration.status import ConnectorStatus, EntityStatus, connector_status, unattended
from http_source.orchestration.totals import Totals, last_totals, read_totals

_LOOKS_EVERY_S = 60.0
"""The longest time between two looks that says something of a run that was silent in between: Prometheus' default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One connector at one look.

    Attributes:
        totals: what was said last of each task; nothing of a task that never ran.
        polling: the tasks that a run polls now.
        late: by how many seconds entities are behind their time, as far as that was reported: by more than ten.
        failures: how often entities failed in a row, or their request was tried again; of those of which it is not 0.
        recorded: when records of each entity were stored last, in seconds since the epoch.
    """

    connector: Connector
    status: ConnectorStatus
    totals: Mapping[int, Totals]
    polling: frozenset[int]
    late: Mapping[str, float]
    failures: Mapping[str, int]
    recorded: Mapping[str, float]


@dataclass(slots=True)
class _Memory:
    """What was read of one connector.

    Attributes:
        checkpoints: the last of each entity.
        recorded: when records of each came last.
        states: the newest of each entity; the connector's under an empty name.
        reports: the newest of each task.
        ended: what was said last of each task that no run has, by the runs that ended last as far as is known.
    """

    bookmark: Bookmark = field(default_factory=Bookmark)
    checkpoints: dict[str, Event] = field(default_factory=dict)
    recorded: dict[str, float] = field(default_factory=dict)
    states: dict[str, Event] = field(default_factory=dict)
    reports: dict[int, Event] = field(default_factory=dict)
    ended: dict[int, tuple[tuple[str, str], Totals | None]] = field(default_factory=dict)

    def take(self, events: Iterable[Event]) -> None:
        """Remember what is the newest, in whatever order it comes."""
        for event in events:
            if event.position is not None:
                self._take_checkpoint(event)
            if event.state and event.rank >= _rank(self.states.get(event.entity)):
                self.states[event.entity] = event
            if event.report and event.rank >= _rank(self.reports.get(int(event.report["task"]))):
                self.reports[int(event.report["task"])] = event

    def _take_checkpoint(self, event: Event) -> None:
        before = self.checkpoints.get(event.entity)
        if before is None or event.id >= before.id:
            self.checkpoints[event.entity] = event
        if event.records:
            self.recorded[event.entity] = max(event.time, self.recorded.get(event.entity, 0.0))

    def cursor(self, text: str, connector: Connector) -> Cursor:
        """What the sensor would know if it looked now; `text` is its cursor as it is stored."""
        try:
            cursor = Cursor.parse(text or "{}")
        except ValueError:
            cursor = Cursor()  # somebody's edit, which the next tick heals
        cursor.fold([*self.checkpoints.values(), *self.states.values(), *self.reports.values()])
        cursor.forget(connector.entities)
        return cursor


class Monitor:
    """Looks at the connectors of an instance again and again; by one thread at a time."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._asleep = ""
        self._signs: dict[str, Sign] = {}
        self._memories: dict[str, _Memory] = {}

    def daemon_ages(self, now: float) -> Mapping[str, float]:
        """How many seconds ago each part of Dagster's daemon said that it works. Raises whatever Dagster's storage raises."""
        return {name: max(0.0, now - at) for name, at in heartbeats(self._instance).items()}

    def look(self, connectors: Sequence[Connector], now: float) -> list[Seen]:
        """How each of these fares; `now` is in seconds since the epoch. Raises whatever Dagster's storage raises."""
        runs = live_runs_of_instance(self._instance)
        lost = {run_id: f"{death.reason} The sensor's next tick starts another run."
                for run_id, death in FailureDetector(self._signs, _LOOKS_EVERY_S).deaths(runs).items()}
        sensors, self._asleep = Sensors(self._instance), asleep(self._instance, now)
        self._memories = {each.identity: self._memories.get(each.identity, _Memory()) for each in connectors}
        return [self._look(each, [run for run in runs if run.connector == each.identity], lost, sensors, now) for each in connectors]

    def _look(
        self, connector: Connector, runs: Sequence[LiveRun], silent: Mapping[str, str], sensors: Sensors, now: float
    ) -> Seen:
        sensor = sensors.state(connector.sensor_name, connector.prefixed)
        memory = self._remember(connector)
        cursor = memory.cursor(sensor.cursor, connector)
        known = Known(
            connector=connector,
            now=now,
            cursor=cursor,
            off=sensor.running is False,
            unattended=unattended(connector, sensor, now, self._asleep),
            runs=runs,
            silent=silent,
            reports={task: {**event.report, "run": event.run_id, "at": event.time} for task, event in memory.reports.items()},
            reasons={int(task): failure_of(self._instance, state.run) for task, state in cursor.tasks.items() if state.failures},
            checkpoints={entity: event.time for entity, event in memory.checkpoints.items()},
        )
        status = connector_status(known, sensor, memory.checkpoints)
        at_work = [run for run in runs if run.is_at_work and run.id not in silent]
        return Seen(
            connector=connector,
            status=status,
            totals={task: totals for task in connector.tasks if (totals := self._totals(connector, task, runs, memory, cursor))},
            polling=frozenset(task for task in connector.tasks if any(run.task == connector.task_tag(task) for run in at_work)),
            late=_late(known, status.entities),
            failures={each.entity: each.diagnosis.failures for each in status.entities if each.diagnosis.failures},
            recorded=memory.recorded,
        )

    def _remember(self, connector: Connector) -> _Memory:
        """What is known of a connector, with all that was written since the last look."""
        log, memory = EventLog(self._instance, connector.key), self._memories[connector.identity]
        events = log.since(memory.bookmark) if memory.bookmark.at else []
        if not events:
            # The first look, or the newest event is gone: somebody removed events, and SQLite gives the newest numbers out again.
            memory = self._memories[connector.identity] = _Memory()
            if newest := log.last_id():
                memory.bookmark = Bookmark(settled=newest, newest=newest, at=time.time())
                events = _newest_of_each(log)
        memory.take(events)
        # So that the next look finds the newest again, if it is still there.
        memory.bookmark.settled = min(memory.bookmark.settled, memory.bookmark.newest - 1)
        return memory

    def _totals(self, connector: Connector, task: int, runs: Sequence[LiveRun], memory: _Memory, cursor: Cursor) -> Totals | None:
        """What was said last of a task: by the newest run that has said something, since of two that overlap it has taken over."""
        tag = connector.task_tag(task)
        ours = [run for run in runs if run.task == tag]
        if totals := next(filter(None, map(read_totals, reversed(ours))), None):
            memory.ended.pop(task, None)  # what was said before is outdated also if this run ends without a report
            return totals
        report, state = memory.reports.get(task), cursor.tasks.get(str(task))
        ended = (report.run_id if report else "", state.run if state else "")
        if task not in memory.ended or memory.ended[task][0] != ended:
            memory.ended[task] = ended, last_totals(self._instance, tag)
        return memory.ended[task][1]


def _newest_of_each(log: EventLog) -> list[Event]:
    """What was written last of each entity, of the connector as a whole and of each task."""
    whole = log.state("")
    return [*log.last_checkpoints().values(), *log.last_states().values(), *([whole] if whole else []), *log.last_reports()]


def _late(known: Known, statuses: Iterable[EntityStatus]) -> dict[str, float]:
    """By how many seconds entities wait longer than they should; those that the API's rate limit holds back do not."""
    reported = {entity: since for report in known.reports.values() for entity, since in report.get("late", {}).items()}
    found = {}
    for each in statuses:
        since = each.diagnosis.next_poll if each.diagnosis.condition is Condition.NOT_ASKED else None
        if since is None and each.diagnosis.condition in (Condition.NOT_ASKED, Condition.RATE_LIMITED):
            since = reported.get(each.entity)
        if since is not None and since < known.now:
            found[each.entity] = known.now - since
    return found


def _rank(event: Event | None) -> tuple[int, float, int]:
    return event.rank if event else (0, 0.0, 0)
