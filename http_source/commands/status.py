"""`http-source status`: how the connectors of a folder fare, from what Dagster has stored. It asks no API."""

import argparse
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from http_source.commands.command import CommandFailed, Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.config.findings import did_you_mean, some
from http_source.errors import ConfigurationError, Finding
from http_source.loading import LoadedConfig, load_config
from http_source.polling.excerpt import escape

if TYPE_CHECKING:
    from http_source.orchestration.status import ConnectorStatus, EntityStatus

Loaded = Mapping[str, LoadedConfig | ConfigurationError]
"""Connectors by name; those with mistakes by the name of their file."""

_COLUMNS = ("ENTITY", "STATE", "NEXT POLL", "OFFSET", "CHECKPOINT", "RECORDS")
_WIDEST = 40


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Shows how connectors and their entities fare, from what Dagster has stored; asks no API."
    codes = ("nothing is FAILED", "something is FAILED, or Dagster's storage cannot be read")
    parser = declare(commands, "status", sentence, _run, codes=codes)
    names = parser.add_argument("names", nargs="*", metavar="NAME", help="a connector of the folder; without one all of them")
    completed_by(names, connector_names)
    add_json(parser, "a list with an object for each connector")


def connector_names(prefix: str, *, parsed_args: argparse.Namespace, **_: object) -> Sequence[str]:  # noqa: ARG001 - a completer's arguments
    """Complete the name of a connector."""
    return list(_load(_folder()))


def _run(arguments: argparse.Namespace) -> int:
    chosen = _chosen(_load(_folder()), arguments.names)
    documents = [_mistaken(name, each) for name, each in chosen.items() if isinstance(each, ConfigurationError)]
    if configs := [each for each in chosen.values() if isinstance(each, LoadedConfig)]:
        documents += _survey(configs)
    documents.sort(key=lambda document: str(document["connector"]))
    if arguments.json:
        print_json(documents)
    else:
        print("\n\n".join("\n".join(_lines(document)) for document in documents))
    return ExitCode.FAILED if any(map(_is_failed, documents)) else ExitCode.DONE


def _folder() -> Path:
    """Where `http_source.definitions` finds the connectors, too."""
    return Path(os.environ.get("HTTP_SOURCE_CONNECTORS", "connectors"))


def _load(folder: Path) -> Loaded:
    """Every file by its connector's name, one with mistakes by its own; a name that is taken already is a mistake, too."""
    loaded: dict[str, LoadedConfig | ConfigurationError] = {}
    files = [(file, *_load_one(file)) for file in sorted(folder.glob("*.json"))]
    for file, name, each in sorted(files, key=lambda read: isinstance(read[2], ConfigurationError)):
        if name not in loaded:
            loaded[name] = each
        else:
            loaded[file.name] = each if isinstance(each, ConfigurationError) else _taken(name)
    return loaded


def _taken(name: str) -> ConfigurationError:
    return ConfigurationError([Finding("name", f"Another file of the folder is the connector {name}, too; give one of them another name.")])


def _load_one(file: Path) -> tuple[str, LoadedConfig | ConfigurationError]:
    try:
        loaded = load_config(file)
    except ConfigurationError as error:
        return file.stem, error
    return loaded.config.connector.name, loaded


def _chosen(loaded: Loaded, names: Sequence[str]) -> Loaded:
    if not loaded:
        raise UsageError(f"There is no configuration file (*.json) in {_folder().resolve()}. Run this where `dagster dev` runs, or let "
                         "HTTP_SOURCE_CONNECTORS name the folder.")
    for name in names:
        if name not in loaded:
            raise UsageError(f"There is no connector {name!r} in {_folder().resolve()}, but {some(tuple(loaded))}."
                             f"{did_you_mean(name, loaded)}")
    return {name: loaded[name] for name in names or loaded}


def _survey(configs: Iterable[LoadedConfig]) -> list[dict[str, Any]]:
    from http_source.orchestration.connector import Connector  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.status import InstanceMissing, open_instance, status_of  # noqa: PLC0415 - see above

    try:
        with open_instance() as instance:
            connectors = [Connector(each.config) for each in configs]
            return [_fields(each.name, status_of(instance, each, time.time())) for each in connectors]
    except InstanceMissing as error:
        raise UsageError(str(error)) from None
    except Exception as error:
        # Each storage raises exceptions of its own.
        brief = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise CommandFailed(f"Dagster's storage cannot be read: {brief}. Check what `storage` in dagster.yaml names.") from error


# For machines


def _mistaken(name: str, error: ConfigurationError) -> dict[str, Any]:
    return {"connector": name, "sensor": None, "last_tick": None, "mistakes": list(map(str, error.findings)), "entities": []}


def _fields(name: str, status: "ConnectorStatus") -> dict[str, Any]:
    sensor = None if status.sensor is None else "RUNNING" if status.sensor else "STOPPED"
    entities = list(map(_entity_fields, status.entities))
    return {"connector": name, "sensor": sensor, "last_tick": _time(status.last_tick), "mistakes": [], "entities": entities}


def _entity_fields(status: "EntityStatus") -> dict[str, Any]:
    return {
        "entity": status.entity,
        "state": status.condition.value,
        "reason": status.reason,
        "failures": status.failures,
        "next_poll": _time(status.next_poll),
        "offset": status.offset,
        "checkpoint": _time(status.checkpoint),
        "records": status.records,
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _is_failed(document: Mapping[str, Any]) -> bool:
    return bool(document["mistakes"]) or any(entity["state"] == "FAILED" for entity in document["entities"])


# For people


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    if document["mistakes"]:
        yield f"{document['connector']}: FAILED, its file has mistakes"
        yield from (f"  {mistake}" for mistake in document["mistakes"])
        return
    sensor = document["sensor"] or "not seen by Dagster yet"
    looked = f", looked last at {_local(document['last_tick'])}" if document["last_tick"] else ""
    yield f"{document['connector']}: sensor {sensor}{looked}"
    yield from _table([_COLUMNS, *map(_cells, document["entities"])])
    yield from (f"  {each['entity']}: {escape(' '.join(each['reason'].split()))}" for each in document["entities"] if each["reason"])


def _cells(entity: Mapping[str, Any]) -> tuple[str, ...]:
    state = f"{entity['state']} ({entity['failures']})" if entity["failures"] else entity["state"]
    offset = "" if entity["offset"] is None else escape(str(entity["offset"]))
    shown = offset if len(offset) <= _WIDEST else f"{offset[: _WIDEST - 1]}…"
    records = "" if entity["records"] is None else str(entity["records"])
    return entity["entity"], state, _local(entity["next_poll"]), shown, _local(entity["checkpoint"]), records


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _local(time_in_utc: str | None) -> str:
    """A time in this machine's zone; empty for none."""
    if time_in_utc is None:
        return ""
    return f"{datetime.fromisoformat(time_in_utc).astimezone():%Y-%m-%d %H:%M:%S}"
