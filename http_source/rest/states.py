"""Connect's states, from what `http-source status` knows: of its closed list, and RUNNING only for what is polled.

A task has many entities. It is FAILED as soon as one of them is, since that is what alerts look at; it is PAUSED when all of them rest;
it is RUNNING while one of them is polled; and UNASSIGNED when nothing polls it.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from socket import gethostname
from typing import Any

from http_source.errors import ConfigurationError
from http_source.foreign.text import escape
from http_source.orchestration.conditions import Condition
from http_source.orchestration.identity import Connector
from http_source.orchestration.status import ConnectorStatus, EntityStatus, survey
from http_source.rest.worker import Kept, Worker

NO_STATUS = "No status found for connector {}"

_POLLED = frozenset({
    Condition.RUNNING, Condition.CAUGHT_UP, Condition.RETRYING, Condition.WAITING, Condition.WAITING_FOR_KAFKA, Condition.RATE_LIMITED,
})
_RESTS = frozenset({Condition.PAUSED, Condition.STOPPED})
_LATE_S = 30.0
_MOST_TOLD = 20
_VERSION = version("http-source")


@dataclass(frozen=True)
class Standing:
    """How one connector fares, as Connect sees it."""

    worker: Worker
    connector: Connector
    status: ConnectorStatus
    now: float

    @cached_property
    def tasks(self) -> Mapping[int, str]:
        """The state of each task; none of a connector that is STOPPED."""
        return {} if self.status.stopped else {number: self._task(number) for number in self.connector.tasks}

    @property
    def state(self) -> str:
        """The connector's: it is RUNNING while its tasks are FAILED, as in Connect, if somebody starts them again."""
        if self.status.stopped:
            return "STOPPED"
        states = set(self.tasks.values())
        polled = any(map(self._is_polled, self.status.entities))
        if states == {"PAUSED"} or (self.status.sensor is False and not polled):
            return "PAUSED"
        return "RUNNING" if polled or ("FAILED" in states and not self.unattended) else "UNASSIGNED"

    @property
    def unattended(self) -> str:
        """Why nothing can start its runs, as a sentence; empty while something does, or its sensor is off."""
        if self.status.sensor is None:
            return f"Dagster has not seen the sensor {self.connector.sensor_name} yet: start Dagster, or reload the code location."
        return self.status.unattended

    def entities(self, task: int) -> Sequence[EntityStatus]:
        """Those of one task."""
        of = {each.entity: each for each in self.status.entities}
        return [of[entity] for entity in self.connector.entities_of(task)]

    def document(self, *, restarting: frozenset[int] = frozenset(), whole: bool = False) -> dict[str, Any]:
        """STATUS; with the tasks that are `restarting`, and the connector itself if it is as a `whole`, as they will be."""
        tasks = [self.task_document(number, restarting=number in restarting) for number in self.tasks]
        said = _said(self.worker.address, "RESTARTING" if whole else self.state)
        return {"name": self.connector.name, "connector": said, "tasks": tasks, "type": "source"}

    def task_document(self, number: int, *, restarting: bool = False) -> dict[str, Any]:
        """TASK."""
        state = "RESTARTING" if restarting else self.tasks[number]
        return {"id": number, **_said(self._host(number), state, self._trace(number) if state == "FAILED" else "")}

    def note(self) -> None:
        """Have the log say why nothing polls a task."""
        unassigned = frozenset(number for number, state in self.tasks.items() if state == "UNASSIGNED")
        entities = [each for number in sorted(unassigned) for each in self.entities(number)]
        said = dict.fromkeys(filter(None, [self.unattended, *(each.fare.reason for each in entities)]))
        self.worker.unassigned.note(self.connector.name, unassigned, list(said)[:3] or ["No run has polled it yet."])

    def _task(self, number: int) -> str:
        entities = self.entities(number)
        conditions = {each.fare.condition for each in entities}
        if Condition.FAILED in conditions:
            return "FAILED"
        if conditions <= _RESTS:
            return "PAUSED"
        return "RUNNING" if any(map(self._is_polled, entities)) else "UNASSIGNED"

    def _is_polled(self, each: EntityStatus) -> bool:
        """Whether a run polls it, or will at its time because somebody starts it."""
        if self.status.sensor is None and (self.connector.task_of(each.entity) or 0) not in self.status.hosts:
            return False
        return each.fare.condition in _POLLED or self._is_on_time(each)

    def _is_on_time(self, each: EntityStatus) -> bool:
        """Whether its next run is starting as planned."""
        due = each.fare.next_poll
        starts = each.fare.condition is Condition.NOT_ASKED and due is not None and each.checkpoint is not None
        return starts and self.now - (due or 0.0) <= _LATE_S + self.connector.tick_seconds

    def _trace(self, number: int) -> str:
        """Why it failed: the error of each entity, its cause and what to do."""
        entities = self.entities(number)
        failed = [each for each in entities if each.fare.condition is Condition.FAILED]
        others = "" if len(failed) == len(entities) else "; the others are not"
        lines = [f"{each.entity}: {_in_one_line(each.fare.reason)}{_again(each.fare.next_poll)}" for each in failed[:_MOST_TOLD]]
        more = [f"… and {len(failed) - _MOST_TOLD} more"] if len(failed) > _MOST_TOLD else []
        return "\n".join([f"{len(failed)} of {len(entities)} entities FAILED{others}.", *lines, *more])

    def _host(self, number: int) -> str:
        """The worker that has a task: the machine of its run, where that is known and is not this one."""
        host, port = self.status.hosts.get(number, ""), self.worker.address.rpartition(":")[2]
        return f"{host}:{port}" if host and host != gethostname() else self.worker.address


def standings(worker: Worker, kept: Iterable[Kept]) -> Mapping[str, Standing]:
    """Those of these connectors whose files have no mistakes, by name; all are looked at together, since signs of life are awaited."""
    sound, now = worker.sound(kept), time.time()
    statuses = survey(worker.instance, list(sound.values()), now, worker.signs)
    found = {name: Standing(worker, sound[name], status, now) for name, status in zip(sound, statuses, strict=True)}
    for each in found.values():
        each.note()
    return found


def status_documents(worker: Worker, kept: Iterable[Kept], found: Mapping[str, Standing]) -> Mapping[str, dict[str, Any]]:
    """STATUS of each, by name; `found` is how those fare whose files have no mistakes."""
    return {each.name: found[each.name].document() if each.name in found else _mistaken(worker, each) for each in kept}


def status_document(worker: Worker, name: str) -> dict[str, Any]:
    """STATUS of one. Raises Refused (404) for a name that no file has."""
    kept = worker.kept(name, NO_STATUS)
    return status_documents(worker, [kept], standings(worker, [kept]))[name]


def standing_of(worker: Worker, name: str, unknown: str) -> Standing:
    """One whose file has no mistakes. Raises Refused: 404 for a name that no file has, in the words of `unknown`, as Mistaken 400."""
    kept = worker.kept(name, unknown)
    worker.connector_of(kept)
    return standings(worker, [kept])[name]


def _mistaken(worker: Worker, kept: Kept) -> dict[str, Any]:
    """A connector whose file has mistakes cannot start."""
    trace = kept.config if isinstance(kept.config, ConfigurationError) else ""
    return {"name": kept.name, "connector": _said(worker.address, "FAILED", str(trace)), "tasks": [], "type": "source"}


def _said(address: str, state: str, trace: str = "") -> dict[str, str]:
    return {"state": state, "worker_id": address, "version": _VERSION, **({"trace": trace} if trace else {})}


def _in_one_line(reason: str) -> str:
    return escape(" ".join(reason.split())) or "The log of its last run says why."


def _again(at: float | None) -> str:
    """When it starts by itself again."""
    return "" if at is None else f" It starts again at {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC."
