"""Which connectors there are, and how they are configured."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.shares import task_count
from http_source.errors import ConfigurationError
from http_source.rest.answers import answer
from http_source.rest.calls import Call, endpoint
from http_source.rest.states import status_documents
from http_source.rest.worker import Kept


def names(call: Call) -> Response:
    """All names, or an object with what `expand` asks for."""
    kept = call.worker.connectors()
    if not call.expansions:
        return answer(list(kept))
    statuses = status_documents(call.worker, kept.values()) if "status" in call.expansions else {}
    return answer({name: _expanded(each, statuses.get(name), call.expansions) for name, each in kept.items()})


def _expanded(kept: Kept, status: Mapping[str, Any] | None, wanted: frozenset[str]) -> dict[str, object]:
    return {**({"status": status} if status else {}), **({"info": info_of(kept)} if "info" in wanted else {})}


def info(call: Call) -> Response:
    """INFO of one."""
    return answer(info_of(call.worker.kept(call.path["name"])))


def config(call: Call) -> Response:
    """The configuration exactly as it was given: clients compare it with what they sent."""
    return answer(call.worker.kept(call.path["name"]).document)


def info_of(kept: Kept) -> dict[str, object]:
    """What Connect calls INFO."""
    count = 0 if isinstance(kept.config, ConfigurationError) else task_count(kept.config)
    tasks = [{"connector": kept.name, "task": task} for task in range(count)]
    return {"name": kept.name, "config": kept.document, "tasks": tasks, "type": "source"}


ROUTES = (
    Route("/connectors", endpoint(names)),
    Route("/connectors/{name}", endpoint(info)),
    Route("/connectors/{name}/config", endpoint(config)),
)
