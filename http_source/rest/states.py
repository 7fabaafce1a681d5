"""STATUS of connectors and their tasks, as Connect's clients read it, from what `http-source status` knows."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import gethostname
from typing import Any

from http_source.errors import ConfigurationError
from http_source.foreign.text import escape
from http_source.orchestration.conditions import Condition
from http_source.orchestration.status import survey
from http_source.rest.connect_states import VERSION, ConnectStates
from http_source.rest.worker import Kept, Worker

NO_STATUS = "No status found for connector {}"

_MOST_TOLD = 20


@dataclass(frozen=True)
class Standing(ConnectStates):
    """How one connector fares, as `serve` says it."""

    worker: Worker

    def document(self, *, restarting: frozenset[int] = frozenset(), whole: bool = False) -> dict[str, Any]:
        """STATUS; with the tasks that are `restarting`, and the connector itself if it is as a `whole`, as they will be."""
        tasks = [self.task_document(number, restarting=number in restarting) for number in self.tasks]
        said = _said(self.worker.address, "RESTARTING" if whole else self.state, self.trace)
        return {"name": self.connector.name, "connector": said, "tasks": tasks, "type": "source"}

    def task_document(self, number: int, *, restarting: bool = False) -> dict[str, Any]:
        """TASK."""
        state = "RESTARTING" if restarting else self.tasks[number]
        return {"id": number, **_said(self._host(number), state, self._trace(number) if state == "FAILED" else "")}

    def note(self) -> None:
        """Have the log say why nothing polls a task."""
        unassigned = frozenset(number for number, state in self.tasks.items() if state == "UNASSIGNED")
        entities = [each for number in sorted(unassigned) for each in self.entities(number)]
        said = dict.fromkeys(filter(None, [self.unattended, *(each.diagnosis.reason for each in entities)]))
        self.worker.unassigned.note(self.connector.name, unassigned, list(said)[:3] or ["No run has polled it yet."])

    def _trace(self, number: int) -> str:
        """Why it failed: the error of each entity, its cause and what to do."""
        entities = self.entities(number)
        failed = [each for each in entities if each.diagnosis.condition is Condition.FAILED]
        others = "" if len(failed) == len(entities) else "; the others are not"
        lines = [f"{each.entity}: {_in_one_line(each.diagnosis.reason)}{_again(each.diagnosis.next_poll)}" for each in failed[:_MOST_TOLD]]
        more = [f"… and {len(failed) - _MOST_TOLD} more"] if len(failed) > _MOST_TOLD else []
        return "\n".join([f"{len(failed)} of {len(entities)} entities FAILED{others}.", *lines, *more])

    def _host(self, number: int) -> str:
        """The worker that has a task: the machine of its run, where that is known and is not this one."""
        host, port = self.status.hosts.get(number, ""), self.worker.address.rpartition(":")[2]
        return f"{host}:{port}" if host and host != gethostname() else self.worker.address


def standings(worker: Worker, kept: Collection[Kept]) -> Mapping[str, Standing]:
    """Those of these connectors whose files have no mistakes, by name; all are looked at together, since signs of life are awaited."""
    sound, now = worker.sound(kept), time.time()
    statuses = survey(worker.instance, list(sound.values()), now, worker.signs)
    refused = worker.refusals(kept)
    found = {name: Standing(sound[name], status, now, worker, refused=refused.get(name, ""))
             for name, status in zip(sound, statuses, strict=True)}
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
    return {"state": state, "worker_id": address, "version": VERSION, **({"trace": trace} if trace else {})}


def _in_one_line(reason: str) -> str:
    return escape(" ".join(reason.split())) or "The log of its last run says why."


def _again(at: float | None) -> str:
    """When it starts by itself again."""
    return "" if at is None else f" It starts again at {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC."
