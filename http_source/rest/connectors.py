"""Which connectors there are, how they are configured, and how they fare."""

from collections.abc import Collection, Mapping

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.shares import task_count
from http_source.errors import ConfigurationError
from http_source.orchestration.stopped import stopped
from http_source.rest.answers import answer
from http_source.rest.calls import Call, endpoint
from http_source.rest.states import Standing, standings, status_document, status_documents
from http_source.rest.worker import Kept, Worker


def names(call: Call) -> Response:
    """All names, or an object with what `expand` asks for."""
    kept = call.worker.connectors()
    if not call.expansions:
        return answer(list(kept))
    found = standings(call.worker, kept.values()) if "status" in call.expansions else None
    expanded = {
        **({} if found is None else {"status": status_documents(call.worker, kept.values(), found)}),
        **({} if "info" not in call.expansions else {"info": _infos(call.worker, kept.values(), found)}),
    }
    return answer({name: {key: of[name] for key, of in expanded.items()} for name in kept})


def _infos(worker: Worker, kept: Collection[Kept], found: Mapping[str, Standing] | None) -> Mapping[str, object]:
    """INFO of each; what was found for their states is not asked again."""
    idle = without_tasks(worker, kept) if found is None else {name for name, each in found.items() if each.status.stopped or each.refused}
    return {each.name: info_of(each, idle=each.name in idle) for each in kept}


def info(call: Call) -> Response:
    """INFO of one."""
    kept = call.worker.kept(call.path["name"])
    return answer(info_of(kept, idle=bool(without_tasks(call.worker, [kept]))))


def without_tasks(worker: Worker, kept: Collection[Kept]) -> frozenset[str]:
    """The names of those that are STOPPED, or that Dagster refuses where it runs."""
    sound = worker.sound(kept)
    found = stopped(worker.instance, list(sound.values()))
    return frozenset(name for name, connector in sound.items() if connector.identity in found) | worker.refusals(kept).keys()


def config(call: Call) -> Response:
    """The configuration exactly as it was given: clients compare it with what they sent."""
    return answer(call.worker.kept(call.path["name"]).document)


def status(call: Call) -> Response:
    """STATUS of one."""
    return answer(status_document(call.worker, call.path["name"]))


def info_of(kept: Kept, *, idle: bool = False) -> dict[str, object]:
    """What Connect calls INFO; one that is `idle` has no tasks."""
    count = 0 if idle or isinstance(kept.config, ConfigurationError) else task_count(kept.config)
    tasks = [{"connector": kept.name, "task": task} for task in range(count)]
    return {"name": kept.name, "config": kept.document, "tasks": tasks, "type": "source"}


ROUTES = (
    Route("/connectors", endpoint(names)),
    Route("/connectors/{name}", endpoint(info)),
    Route("/connectors/{name}/config", endpoint(config)),
    Route("/connectors/{name}/status", endpoint(status)),
)
