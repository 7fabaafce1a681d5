"""`http-source offsets set`, `reset` and `delete`: moving entities."""

import argparse
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from http_source.commands.command import Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.completion import json_files
from http_source.commands.control import warning_of
from http_source.commands.folder import connector_names, entity_names, only, opened_instance
from http_source.commands.offsets_kafka import kafka_of, offsets_topic
from http_source.foreign.text import Foreign, readable
from http_source.orchestration.offsets_document import read_assignments, read_document

if TYPE_CHECKING:
    from http_source.orchestration.identity import Connector
    from http_source.orchestration.moving import Move, Order
    from http_source.orchestration.status import Instance

_CODES = ("done", "Dagster's storage cannot be written, or Kafka cannot be read")


def add(actions: Commands) -> None:
    """Add the actions."""
    _add_set(actions)
    _add_start(actions, "reset", "Resets entities: they start from http.initial.offset, as it is when they are polled next.")
    _add_start(actions, "delete", "Resets entities, also those that the connector no longer has.")


def _add_set(actions: Commands) -> None:
    parser = _declare(actions, "set", "Sets the offsets of entities.")
    parser.add_argument("offsets", nargs="*", metavar="ENTITY=OFFSET", help="an entity and the offset to resume from")
    file = parser.add_argument("--file", metavar="FILE", help="JSON as `show --json` prints it; a null offset deletes; - is stdin")
    completed_by(file, json_files)


def _add_start(actions: Commands, name: str, sentence: str) -> None:
    parser = _declare(actions, name, sentence)
    completed_by(parser.add_argument("entities", nargs="*", metavar="ENTITY", help="an entity"), entity_names)
    parser.add_argument("--all", action="store_true", help="all entities that the connector has")


def _declare(actions: Commands, name: str, sentence: str) -> argparse.ArgumentParser:
    parser = declare(actions, name, sentence, _run, codes=_CODES)
    parser.set_defaults(action=name)
    completed_by(parser.add_argument("name", metavar="NAME", help="a connector of the folder"), connector_names)
    parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
    add_json(parser, "an object with the offset of each entity before and after")
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from http_source.orchestration.all_positions import busy_entities  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.moving import OffsetsRefused, write  # noqa: PLC0415 - see above
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - see above

    connector = served(only(arguments.name))
    order = _order(arguments, connector)
    with opened_instance() as instance, offsets_topic():
        try:
            moves = order.plan(instance, connector, kafka_of(connector))
        except OffsetsRefused as refused:
            raise UsageError(str(refused)) from None
        busy = busy_entities(instance, connector).intersection(move.entity for move in moves)
        if not arguments.dry_run:
            write(instance, connector, moves)
        follows = list(_follows(instance, connector, () if arguments.dry_run else busy))
    document = {"dry_run": arguments.dry_run, "moves": list(map(_fields, moves)), "polling": sorted(busy)}
    if arguments.json:
        print_json(document)
    else:
        done = ["Nothing was changed (--dry-run)."] if arguments.dry_run else []
        print("\n".join([*(f"  {move}" for move in moves), *done, *follows]))
    return ExitCode.DONE


def _order(arguments: argparse.Namespace, connector: "Connector") -> "Order":
    from http_source.orchestration.moving import Order  # noqa: PLC0415 - Dagster takes a second to load

    if arguments.action != "set":
        if bool(arguments.entities) == arguments.all:
            raise UsageError(f"{arguments.action}: Name entities, or all of them with --all.")
        return Order(action=arguments.action, entities=arguments.entities or connector.entities)
    if bool(arguments.offsets) == bool(arguments.file):
        raise UsageError("set: Name offsets as ENTITY=OFFSET, or a file with --file.")
    text = _text(arguments.file, arguments.stdin) if arguments.file else None
    wanted, mistakes = read_assignments(arguments.offsets, connector.entities) if text is None else read_document(text)
    return Order(action="set", offsets=wanted, mistakes=mistakes)


def _text(file: str, stdin: TextIO) -> str:
    try:
        return stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = readable(Foreign.of(error), str) if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{'Standard input' if file == '-' else file} cannot be read: {reason}.") from None


def _fields(move: "Move") -> dict[str, Any]:
    return {"entity": move.entity, "before": move.before and move.before.to_json(), "after": move.after.to_json()}


def _follows(instance: "Instance", connector: "Connector", busy: Collection[str]) -> Iterator[str]:
    """When the entities are polled, those that were moved while a run was `busy` with them included."""
    from http_source.orchestration.ledger.sensors import sensor_state  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.status import unattended_now  # noqa: PLC0415 - see above

    if sensor_state(instance, connector.sensor_name, connector.prefixed).running is False:
        yield f"The sensor {connector.sensor_name} is off: nothing is polled until it is on."
    elif busy:
        yield f"A run is polling {', '.join(sorted(busy))}: a new run takes over within seconds, and resumes at the new offset."
    if unattended := unattended_now(instance, connector, time.time()):
        yield warning_of(unattended)
