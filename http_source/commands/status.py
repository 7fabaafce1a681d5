"""`http-source status`: how the connectors of a folder fare, from what Dagster has stored. It asks no API."""

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from http_source.commands.command import Commands, ExitCode, add_json, completed_by, declare, print_json
from http_source.commands.folder import chosen, connector_names, opened_instance
from http_source.commands.table import cut, in_utc, local, table
from http_source.errors import ConfigurationError
from http_source.loading import LoadedConfig
from http_source.polling.excerpt import escape

if TYPE_CHECKING:
    from http_source.orchestration.status import ConnectorStatus, EntityStatus

_COLUMNS = ("ENTITY", "STATE", "NEXT POLL", "OFFSET", "CHECKPOINT", "RECORDS")


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Shows how connectors and their entities fare, from what Dagster has stored; asks no API."
    codes = ("nothing is FAILED", "something is FAILED, or Dagster's storage cannot be read")
    parser = declare(commands, "status", sentence, _run, codes=codes)
    names = parser.add_argument("names", nargs="*", metavar="NAME", help="a connector of the folder; without one all of them")
    completed_by(names, connector_names)
    add_json(parser, "a list with an object for each connector")


def _run(arguments: argparse.Namespace) -> int:
    loaded = chosen(arguments.names)
    documents = [_mistaken(name, each) for name, each in loaded.items() if isinstance(each, ConfigurationError)]
    if configs := [each for each in loaded.values() if isinstance(each, LoadedConfig)]:
        documents += _survey(configs)
    documents.sort(key=lambda document: str(document["connector"]))
    if arguments.json:
        print_json(documents)
    else:
        print("\n\n".join("\n".join(_lines(document)) for document in documents))
    return ExitCode.FAILED if any(map(_is_failed, documents)) else ExitCode.DONE


def _survey(configs: Iterable[LoadedConfig]) -> list[dict[str, Any]]:
    from http_source.orchestration.served import served  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.status import status_of  # noqa: PLC0415 - see above

    with opened_instance() as instance:
        connectors = [served(each) for each in configs]
        return [_fields(each.name, status_of(instance, each, time.time())) for each in connectors]


# For machines


def _mistaken(name: str, error: ConfigurationError) -> dict[str, Any]:
    return {"connector": name, "sensor": None, "last_tick": None, "mistakes": list(map(str, error.findings)), "entities": []}


def _fields(name: str, status: "ConnectorStatus") -> dict[str, Any]:
    sensor = None if status.sensor is None else "RUNNING" if status.sensor else "STOPPED"
    entities = list(map(_entity_fields, status.entities))
    return {"connector": name, "sensor": sensor, "last_tick": in_utc(status.last_tick), "mistakes": [], "entities": entities}


def _entity_fields(status: "EntityStatus") -> dict[str, Any]:
    fare = status.fare
    return {
        "entity": status.entity,
        "state": fare.condition.value,
        "reason": fare.reason,
        "failures": fare.failures,
        "of": fare.of or None,
        "next_poll": in_utc(fare.next_poll),
        "offset": status.offset,
        "checkpoint": in_utc(status.checkpoint),
        "records": status.records,
    }


def _is_failed(document: Mapping[str, Any]) -> bool:
    return bool(document["mistakes"]) or any(entity["state"] == "FAILED" for entity in document["entities"])


# For people


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    if document["mistakes"]:
        yield f"{document['connector']}: FAILED, its file has mistakes"
        yield from (f"  {mistake}" for mistake in document["mistakes"])
        return
    sensor = document["sensor"] or "not seen by Dagster yet"
    looked = f", looked last at {local(document['last_tick'])}" if document["last_tick"] else ""
    yield f"{document['connector']}: sensor {sensor}{looked}"
    yield from table([_COLUMNS, *map(_cells, document["entities"])])
    yield from (f"  {each['entity']}: {escape(' '.join(each['reason'].split()))}" for each in document["entities"] if each["reason"])
    if any(entity["state"] == "FAILED" for entity in document["entities"]):
        yield f"  `http-source restart {document['connector']}` starts what is FAILED again at once."


def _cells(entity: Mapping[str, Any]) -> tuple[str, ...]:
    of = f" of {entity['of']}" if entity["of"] else ""
    state = f"{entity['state']} ({entity['failures']}{of})" if entity["failures"] else entity["state"]
    records = "" if entity["records"] is None else str(entity["records"])
    return entity["entity"], state, local(entity["next_poll"]), cut(entity["offset"]), local(entity["checkpoint"]), records
