"""`http-source offsets`: where entities stand, where they stood, and moving them. Its actions are in modules of their own."""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from http_source.commands import offsets_check, offsets_move
from http_source.commands.command import Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.control import refuse_unknown
from http_source.commands.folder import connector_names, entity_names, only, opened_instance
from http_source.commands.offsets_kafka import kafka_of, offsets_topic
from http_source.commands.table import cut, in_utc, local, table
from http_source.config.findings import some
from http_source.config.integers import read_integer
from http_source.polling.standing import beginning, misfit

if TYPE_CHECKING:
    from http_source.orchestration.identity import Connector
    from http_source.orchestration.ledger.positions import Stored
    from http_source.orchestration.status import Instance

_COLUMNS = ("ENTITY", "OFFSET", "EPOCH", "SEQUENCE", "CHECKPOINT", "READ FROM")
_PAST = ("TIME", "ENTITY", "OFFSET", "RECORDS", "WRITTEN BY")
_LIMIT = 20
_STORAGE = "Dagster's storage or Kafka cannot be read"


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Shows, sets, resets, deletes and checks the offsets of a connector's entities."
    epilog = "exit codes: 0 done; 1 not done; 2 wrong usage"
    parser = commands.add_parser("offsets", help=sentence, description=sentence, epilog=epilog)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_show(actions)
    offsets_move.add(actions)
    _add_history(actions)
    offsets_check.add(actions)


def _add_show(actions: Commands) -> None:
    parser = declare(actions, "show", "Shows the entities' offsets, and where each was read.", _show, codes=("shown", _STORAGE))
    completed_by(parser.add_argument("name", metavar="NAME", help="a connector of the folder"), connector_names)
    entities = parser.add_argument("entities", nargs="*", metavar="ENTITY", help="an entity; default: all that the connector has")
    completed_by(entities, entity_names)
    add_json(parser, "a document that `http-source offsets set --file` accepts")


def _add_history(actions: Commands) -> None:
    parser = declare(actions, "history", "Shows the positions in Dagster's event log, newest first.", _history, codes=("shown", _STORAGE))
    completed_by(parser.add_argument("name", metavar="NAME", help="a connector of the folder"), connector_names)
    completed_by(parser.add_argument("entity", nargs="?", metavar="ENTITY", help="an entity; default: all"), entity_names)
    parser.add_argument("--limit", type=_count, default=_LIMIT, metavar="N", help=f"how many (default: {_LIMIT})")
    add_json(parser, "a list with an object for each position")


def _count(text: str) -> int:
    try:
        return read_integer(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


# Where they stand


def _show(arguments: argparse.Namespace) -> int:
    from http_source.orchestration.moving import former_entities  # noqa: PLC0415 - see above
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - Dagster takes a second to load

    connector = served(only(arguments.name))
    with opened_instance() as instance:
        former = former_entities(instance, connector)
        entities = _known(arguments.entities, connector.entities, former)
        stored = _stored(instance, connector, entities)
    if arguments.json:
        print_json({"offsets": [stored[entity].to_json() for entity in entities if entity in stored]})
    else:
        mode = connector.config.offsets.mode
        print("\n".join([*_lines(entities, stored, former if not arguments.entities else (), mode), *_misfits(entities, stored, mode)]))
    return ExitCode.DONE


def _known(named: Sequence[str], entities: Sequence[str], former: Sequence[str]) -> Sequence[str]:
    refuse_unknown(named, entities, former)
    return tuple(dict.fromkeys(named)) or entities


def _stored(instance: "Instance", connector: "Connector", entities: Sequence[str]) -> "Mapping[str, Stored]":
    from http_source.orchestration.all_positions import known_positions  # noqa: PLC0415 - see above

    with offsets_topic():
        return known_positions(instance, connector, kafka_of(connector), entities)


def _lines(entities: Iterable[str], stored: "Mapping[str, Stored]", former: Sequence[str], mode: str) -> Iterator[str]:
    yield from table([_COLUMNS, *(_cells(entity, stored.get(entity), mode) for entity in entities)])
    if former:
        yield f"Also stored, of entities that the connector no longer has: {some(former)}. If they are added again, they resume there."


def _misfits(entities: Iterable[str], stored: "Mapping[str, Stored]", mode: str) -> Iterator[str]:
    found = ((entity, misfit(mode, stored[entity].position)) for entity in entities if entity in stored)
    yield from (f"{entity}: {reason}" for entity, reason in found if reason)


def _cells(entity: str, stored: "Stored | None", mode: str) -> tuple[str, ...]:
    if stored is None:
        return entity, "", "", "", "", f"nothing stored: it starts from {beginning(mode)}"
    position = stored.position
    offset = beginning(position.mode) if position.deleted else cut(position.offset)
    return entity, offset, str(position.epoch), str(position.sequence), local(in_utc(stored.at)), stored.source


# Where they stood


def _history(arguments: argparse.Namespace) -> int:
    from http_source.orchestration.ledger.log import EventLog  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.ledger.positions import past  # noqa: PLC0415 - see above
    from http_source.orchestration.moving import former_entities  # noqa: PLC0415 - see above
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - see above

    if arguments.limit < 1:
        raise UsageError(f"--limit is {arguments.limit}, but it must be at least 1.")
    connector = served(only(arguments.name))
    with opened_instance() as instance:
        if arguments.entity:
            _known([arguments.entity], connector.entities, former_entities(instance, connector))
        found = list(islice(past(EventLog(instance, connector.key), arguments.entity), arguments.limit))
    if arguments.json:
        print_json([{"time": in_utc(each.at), **each.to_json(), "records": each.records, "run_id": each.run_id or None} for each in found])
    else:
        print("\n".join(table([_PAST, *map(_past_cells, found)]) if found else ["  Nothing is stored yet."]))
    return ExitCode.DONE


def _past_cells(stored: "Stored") -> tuple[str, ...]:
    offset = beginning(stored.position.mode) if stored.position.deleted else cut(stored.position.offset)
    records = "" if stored.records is None else str(stored.records)
    return local(in_utc(stored.at)), stored.entity, offset, records, stored.run_id or "by hand"
