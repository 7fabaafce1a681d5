"""Pausing, resuming, stopping and restarting: each is an event that the sensor of the connector takes in at its next tick."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.findings import some
from http_source.errors import ConfigurationError
from http_source.orchestration.conditions import Condition
from http_source.orchestration.identity import Connector
from http_source.orchestration.outcome import Outcome
from http_source.orchestration.pausing import end_undefined, hold, resume, stop
from http_source.orchestration.restart import restart_by
from http_source.orchestration.status import Instance
from http_source.rest.answers import Refused, answer, nothing
from http_source.rest.calls import Call, endpoint, who
from http_source.rest.states import Standing, standing_of

Act: TypeAlias = Callable[[Instance, Connector], Outcome]

UNKNOWN = "Unknown connector {}"

_log = logging.getLogger(__name__)


def pause_connector(call: Call) -> Response:
    """PAUSED until it is resumed; one that is STOPPED becomes PAUSED."""
    return _acted(call, lambda instance, connector: hold(instance, connector, by=who(call.user)), "Paused", 202)


def resume_connector(call: Call) -> Response:
    """Polled again, with all of its entities, also those that were paused or stopped one by one."""
    return _acted(call, lambda instance, connector: resume(instance, connector, ()), "Resumed", 202)


def stop_connector(call: Call) -> Response:
    """STOPPED until it is resumed; of a connector whose file has mistakes it ends the runs that are left."""
    kept = call.worker.kept(call.path["name"], UNKNOWN)
    if isinstance(kept.config, ConfigurationError):
        end_undefined(call.worker.instance, kept.name)
        return nothing(204)
    return _acted(call, lambda instance, connector: stop(instance, connector, (), by=who(call.user)), "Stopped", 204)


def restart_connector(call: Call) -> Response:
    """The connector alone, of which nothing but its file is left to be read again; or its tasks, with the STATUS that is planned."""
    tasks, failed_only = call.flag("includeTasks"), call.flag("onlyFailed")
    standing = standing_of(call.worker, call.path["name"], UNKNOWN)
    if not tasks and not failed_only:
        refuse_unattended(standing)
        return nothing(204)
    chosen = _to_restart(standing, failed_only=failed_only) if tasks else {}
    if chosen:
        start_again(standing, [entity for entities in chosen.values() for entity in entities])
    resting = standing.state in (Condition.PAUSED, Condition.STOPPED)
    return answer(standing.document(restarting=frozenset(chosen), whole=not failed_only and not resting), 202)


def start_again(standing: Standing, entities: Sequence[str]) -> None:
    """Start these entities again; what is paused or stopped stays so. Raises Refused (500) where nothing can start them."""
    worker, connector = standing.worker, standing.connector
    if any(_can_start(each.diagnosis.condition) for each in standing.status.entities if each.entity in entities):
        refuse_unattended(standing)
    outcome = restart_by(standing.status, worker.instance, connector, entities)
    if outcome.changed:
        _log.info("Restarted these entities of %s: %s.", connector.name, some(outcome.changed))
    else:
        _log.info("Nothing of %s was restarted, since all of it is paused or stopped.", connector.name)


def refuse_unattended(standing: Standing) -> None:
    """Raise Refused (500) where nothing starts runs."""
    if standing.unattended:
        raise Refused(500, f"Nothing can start {standing.connector.name}, so nothing was done. {standing.unattended}")


def _to_restart(standing: Standing, *, failed_only: bool) -> dict[int, Sequence[str]]:
    """The entities to start again, by their tasks: of tasks at rest none."""
    chosen = (Condition.FAILED,) if failed_only else tuple(filter(_can_start, Condition))
    found = {task: [each.entity for each in standing.entities(task) if each.diagnosis.condition in chosen] for task in standing.tasks}
    return {task: entities for task, entities in found.items() if entities}


def _can_start(condition: Condition) -> bool:
    return condition not in (Condition.PAUSED, Condition.STOPPED)


def _acted(call: Call, act: Act, word: str, status: int) -> Response:
    connector = call.worker.connector(call.path["name"], UNKNOWN)
    outcome = act(call.worker.instance, connector)
    _log.info("%s %s.%s", word, connector.name, f" Runs that end: {', '.join(outcome.ending)}." if outcome.ending else "")
    return nothing(status)


ROUTES = (
    Route("/connectors/{name}/pause", endpoint(pause_connector), methods=["PUT"]),
    Route("/connectors/{name}/resume", endpoint(resume_connector), methods=["PUT"]),
    Route("/connectors/{name}/stop", endpoint(stop_connector), methods=["PUT"]),
    Route("/connectors/{name}/restart", endpoint(restart_connector), methods=["POST"]),
)
