"""The topics that a connector writes to."""

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.properties import KnownConfig
from http_source.orchestration.ledger.log import EventLog
from http_source.rest.answers import Refused, answer
from http_source.rest.calls import Call, endpoint
from http_source.rest.worker import Kept, Worker


def topics(call: Call) -> Response:
    """What it writes to: the topics of the last checkpoints, or before the first one those that are configured."""
    kept = call.worker.kept(call.path["name"])
    found = _topics(call.worker, kept) if isinstance(kept.config, KnownConfig) else []
    return answer({kept.name: {"topics": found}})


def _topics(worker: Worker, kept: Kept) -> list[str]:
    connector = worker.connector_of(kept)
    last = EventLog(worker.instance, connector.key).last_checkpoints()
    reported = {event.topic for entity, event in last.items() if entity in connector.entities and event.topic}
    return sorted(reported or connector.topics)


def reset(call: Call) -> Response:
    """There is nothing to reset: what was written to is read from the checkpoints. Raises Refused, always."""
    call.worker.kept(call.path["name"])
    raise Refused(403, "Topic tracking reset is disabled.")


ROUTES = (
    Route("/connectors/{name}/topics", endpoint(topics)),
    Route("/connectors/{name}/topics/reset", endpoint(reset), methods=["PUT"]),
)
