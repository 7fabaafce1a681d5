"""Connect's states, from what `http-source status` knows: of its closed list, and RUNNING only for what is polled."""

import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from http_source.errors import ConfigurationError
from http_source.orchestration.conditions import Condition
from http_source.orchestration.identity import Connector
from http_source.orchestration.status import ConnectorStatus, EntityStatus, survey
from http_source.rest.worker import Kept, Worker

_POLLED = frozenset({
    Condition.RUNNING, Condition.CAUGHT_UP, Condition.RETRYING, Condition.WAITING, Condition.WAITING_FOR_KAFKA, Condition.RATE_LIMITED,
})
_RESTS = frozenset({Condition.PAUSED, Condition.STOPPED})
VERSION = version("http-source")


def status_documents(worker: Worker, kept: Iterable[Kept]) -> Mapping[str, dict[str, Any]]:
    """STATUS of each, by name; all are looked at together, since signs of life are awaited."""
    found = list(kept)
    sound = {each.name: worker.connector(each.name) for each in found if not isinstance(each.config, ConfigurationError)}
    statuses = dict(zip(sound, survey(worker.instance, list(sound.values()), time.time()), strict=True))
    documents = {name: _status(worker, sound[name], each) for name, each in statuses.items()}
    return {each.name: documents[each.name] if each.name in documents else _mistaken(worker, each) for each in found}


def _status(worker: Worker, connector: Connector, status: ConnectorStatus) -> dict[str, Any]:
    of = {each.entity: each for each in status.entities}
    state = connector_state(status)
    tasks = [] if state == "STOPPED" else [
        _task(worker, number, [of[entity] for entity in connector.entities_of(number)]) for number in connector.tasks
    ]
    return {"name": connector.name, "connector": _said(worker, state), "tasks": tasks, "type": "source"}


def connector_state(status: ConnectorStatus) -> str:
    """What Connect calls the state of a connector whose file has no mistakes."""
    conditions = {each.fare.condition for each in status.entities}
    if conditions <= _RESTS:
        return "STOPPED" if conditions == {Condition.STOPPED} else "PAUSED"
    return "UNASSIGNED" if conditions <= {Condition.NOT_ASKED, Condition.NEVER_RUN, Condition.QUEUED} else "RUNNING"


def task_state(conditions: set[Condition]) -> str:
    """What Connect calls the state of a task whose entities are in these conditions."""
    if Condition.FAILED in conditions:
        return "FAILED"
    if conditions <= _RESTS:
        return "PAUSED"
    return "RUNNING" if conditions & _POLLED else "UNASSIGNED"


def _task(worker: Worker, number: int, entities: Sequence[EntityStatus]) -> dict[str, Any]:
    conditions = {each.fare.condition for each in entities}
    if Condition.FAILED in conditions:
        failed = [f"{each.entity}: {each.fare.reason}" for each in entities if each.fare.condition is Condition.FAILED]
        return {"id": number, **_said(worker, "FAILED", "\n".join(failed))}
    return {"id": number, **_said(worker, task_state(conditions))}


def _mistaken(worker: Worker, kept: Kept) -> dict[str, Any]:
    """A connector whose file has mistakes cannot start."""
    return {"name": kept.name, "connector": _said(worker, "FAILED", str(kept.config)), "tasks": [], "type": "source"}


def _said(worker: Worker, state: str, trace: str = "") -> dict[str, str]:
    return {"state": state, "worker_id": worker.address, "version": VERSION, **({"trace": trace} if trace else {})}
