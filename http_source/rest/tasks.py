"""The tasks of a connector: their configurations, how each fares, and starting one again."""

from starlette.responses import Response
from starlette.routing import Route

from http_source.errors import ConfigurationError
from http_source.rest.answers import Refused, answer, nothing
from http_source.rest.calls import Call, endpoint
from http_source.rest.connectors import without_tasks
from http_source.rest.lifecycle import UNKNOWN, start_again
from http_source.rest.states import NO_STATUS, Standing, standing_of
from http_source.rest.worker import Mistaken

_ENTITIES = "entity.names"


def task_configurations(call: Call) -> Response:
    """The configuration of each task: the connector's, with the entities of this task."""
    kept = call.worker.kept(call.path["name"])
    if isinstance(kept.config, ConfigurationError) or without_tasks(call.worker, [kept]):
        return answer([])
    connector, document = call.worker.connector_of(kept), kept.document
    shares = ({_ENTITIES: ",".join(connector.entities_of(task))} if _ENTITIES in document else {} for task in connector.tasks)
    return answer([
        {"id": {"connector": kept.name, "task": task}, "config": {**document, **share}} for task, share in enumerate(shares)
    ])


def task_status(call: Call) -> Response:
    """TASK."""
    standing = _standing(call, NO_STATUS)
    return answer(standing.task_document(_number(call, standing)))


def restart_task(call: Call) -> Response:
    """Start the entities of one task again, by a new run that takes over from the one that polls them."""
    standing = _standing(call, UNKNOWN)
    number = _number(call, standing)
    start_again(standing, standing.connector.entities_of(number))
    return nothing(204)


def _number(call: Call, standing: Standing) -> int:
    """The task of the path. Raises Refused (404) for one that is not there; a connector that is STOPPED has none."""
    text = call.path["task"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(len(standing.connector.tasks))) else -1
    if number not in standing.tasks:
        raise _unknown(call, len(standing.tasks))
    return number


def _standing(call: Call, unknown: str) -> Standing:
    """A connector whose file has mistakes has no tasks."""
    try:
        return standing_of(call.worker, call.path["name"], unknown)
    except Mistaken:
        raise _unknown(call, 0) from None


def _unknown(call: Call, count: int) -> Refused:
    has = "it has none now" if not count else "it has task 0" if count == 1 else f"it has tasks 0 to {count - 1}"
    return Refused(404, f"No task {call.path['task']} of connector {call.path['name']} was found: {has}.")


ROUTES = (
    Route("/connectors/{name}/tasks", endpoint(task_configurations)),
    Route("/connectors/{name}/tasks/{task}/status", endpoint(task_status)),
    Route("/connectors/{name}/tasks/{task}/restart", endpoint(restart_task), methods=["POST"]),
)
