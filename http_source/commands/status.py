"""`http-source status`: how the connectors of a folder fare, from what Dagster has stored. It asks no API."""

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from http_source.assembly.folder import Found, folder, look
from http_source.commands.command import Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.folder import chosen, connector_names, opened_instance
from http_source.commands.table import cut, in_utc, local, table
from http_source.config.findings import some
from http_source.config.neighbors import connector_files
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError
from http_source.foreign.text import escape

if TYPE_CHECKING:
    from http_source.orchestration.status import ConnectorStatus, EntityStatus

_COLUMNS = ("ENTITY", "STATE", "NEXT POLL", "OFFSET", "CHECKPOINT", "RECORDS")


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Shows the state of connectors and their entities, from what Dagster has stored; sends no request to an API."
    codes = ("nothing is FAILED", "something is FAILED, nothing starts runs, or Dagster's storage cannot be read")
    parser = declare(commands, "status", sentence, _run, codes=codes)
    names = parser.add_argument("names", nargs="*", metavar="NAME", help="a connector of the folder; default: all of them")
    completed_by(names, connector_names)
    add_json(parser, "a list with an object for each connector")


def _run(arguments: argparse.Namespace) -> int:
    found, orphans = _found(arguments.names)
    mistaken = {name: each for name, each in found.items() if isinstance(each, ConfigurationError)}
    documents = [_nothing_of(name) | {"mistakes": list(map(str, each.findings))} for name, each in mistaken.items()]
    if configs := [each for each in found.values() if isinstance(each, KnownConfig)]:
        documents += _survey(configs)
    for name, runs in orphans.items():
        _add_orphans(documents, name, runs)
    documents.sort(key=lambda document: str(document["connector"]))
    if arguments.json:
        print_json(documents)
    else:
        print("\n\n".join("\n".join(lines) for lines in (_where(), *map(_lines, documents)) if lines))
    return ExitCode.FAILED if any(map(_is_failed, documents)) else ExitCode.DONE


def _found(names: Sequence[str]) -> tuple[Found, Mapping[str, Sequence[str]]]:
    """The connectors of these names, or all for none, and the runs of those that no file defines. Raises UsageError as `chosen` does."""
    files = look()
    orphans = _orphans([each for each in files.values() if isinstance(each, KnownConfig)])
    undefined = {name: runs for name, runs in orphans.items() if not names or name in names}
    defined = [name for name in names if name in files or name not in undefined]
    return {} if undefined and not (defined if names else files) else chosen(defined), undefined


def _orphans(known: Sequence[KnownConfig]) -> Mapping[str, Sequence[str]]:
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.status import orphans  # noqa: PLC0415 - see above

    try:
        with opened_instance() as instance:
            return orphans(instance, list(map(served, known)))
    except UsageError:
        if known:
            raise
        return {}  # files can be judged without an instance


def _survey(configs: Sequence[KnownConfig]) -> list[dict[str, Any]]:
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.status import survey  # noqa: PLC0415 - see above

    neighbors = len(connector_files(folder())) - 1
    with opened_instance() as instance:
        statuses = survey(instance, [served(config, neighbors) for config in configs], time.time())
    return list(map(_fields, configs, statuses))


def _add_orphans(documents: list[dict[str, Any]], name: str, runs: Sequence[str]) -> None:
    """Add the runs of a connector that no valid file defines: to that of its file with mistakes, if there is one."""
    known = next((document for document in documents if document["connector"] == name), None)
    if known is None:
        known = _nothing_of(name)
        documents.append(known)
    known["orphans"] = [{"run": run, "end": f"http-source stop {name}"} for run in runs]


# For machines


def _nothing_of(name: str) -> dict[str, Any]:
    return {
        "connector": name, "sensor": None, "last_tick": None, "unattended": "",
        "mistakes": [], "unknown": [], "orphans": [], "entities": [],
    }


def _fields(config: KnownConfig, status: "ConnectorStatus") -> dict[str, Any]:
    return {
        "connector": config.name,
        "sensor": None if status.sensor is None else "RUNNING" if status.sensor else "STOPPED",
        "last_tick": in_utc(status.last_tick),
        "unattended": "" if status.stopped else status.unattended,
        "mistakes": [],
        "unknown": list(map(str, config.unknown)),
        "orphans": [],
        "entities": list(map(_entity_fields, status.entities)),
    }


def _entity_fields(status: "EntityStatus") -> dict[str, Any]:
    diagnosis = status.diagnosis
    return {
        "entity": status.entity,
        "state": diagnosis.condition.value,
        "reason": diagnosis.reason,
        "failures": diagnosis.failures,
        "of": diagnosis.of or None,
        "next_poll": in_utc(diagnosis.next_poll),
        "offset": status.offset,
        "checkpoint": in_utc(status.checkpoint),
        "records": status.records,
        "doubts": list(status.doubts),
    }


def _is_failed(document: Mapping[str, Any]) -> bool:
    return bool(document["mistakes"] or document["unattended"]) or any(entity["state"] == "FAILED" for entity in document["entities"])


# For people


def _where() -> Sequence[str]:
    """Whose state is shown: there may be several on one machine, and a terminal in another folder sees another one."""
    from http_source.orchestration.status import InstanceMissing, home_here  # noqa: PLC0415 - Dagster takes a second to load

    try:
        return [f"Dagster's home: {home_here()}"]
    except InstanceMissing:
        return []


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    if document["mistakes"]:
        yield f"{document['connector']}: FAILED, its file has mistakes"
        yield from (f"  {mistake}" for mistake in document["mistakes"])
    elif document["orphans"]:
        yield f"{document['connector']}: no file of this folder defines it, but it has runs in progress"
    else:
        yield from _shown(document)
    yield from (f"  Run {each['run']} has no valid definition; `{each['end']}` ends it." for each in document["orphans"])


def _shown(document: Mapping[str, Any]) -> Iterator[str]:
    sensor = document["sensor"] or "not seen by Dagster yet"
    ticked = f", last tick at {local(document['last_tick'])}" if document["last_tick"] else ""
    yield f"{document['connector']}: sensor {sensor}{ticked}"
    if document["unattended"]:
        yield f"  WARNING: Nothing starts its runs. {document['unattended']}"
    yield from table([_COLUMNS, *map(_cells, document["entities"])])
    yield from _reasons(document["entities"])
    if document["unknown"]:
        yield "  Not set in this shell, and not needed here; where Dagster runs, each must be set, or the connector does not start:"
        yield from (f"    {each}" for each in document["unknown"])
    if any(entity["state"] == "FAILED" for entity in document["entities"]):
        yield f"  `http-source restart {document['connector']}` starts FAILED entities again at once."


def _reasons(entities: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Why entities are in their states: what is said of many, once."""
    of: dict[str, list[str]] = {}
    for each in entities:
        for reason in filter(None, [each["reason"], *(f"WARNING: {doubt}" for doubt in each["doubts"])]):
            of.setdefault(escape(" ".join(reason.split())), []).append(each["entity"])
    return (f"  {some(names)}: {reason}" for reason, names in of.items())


def _cells(entity: Mapping[str, Any]) -> tuple[str, ...]:
    of = f" of {entity['of']}" if entity["of"] else ""
    state = f"{entity['state']} ({entity['failures']}{of})" if entity["failures"] else entity["state"]
    records = "" if entity["records"] is None else str(entity["records"])
    return entity["entity"], state, _when(entity["next_poll"]), cut(entity["offset"]), local(entity["checkpoint"]), records


def _when(next_poll: str | None) -> str:
    """When it is polled next; a time that is over only says that it is due."""
    is_over = next_poll is not None and datetime.fromisoformat(next_poll).timestamp() <= time.time()
    return "due" if is_over else local(next_poll)
