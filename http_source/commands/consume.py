"""`http-source consume`: the records of a topic, decoded. It joins no group, commits nothing, and creates nothing."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from http_source.assembly.folder import look
from http_source.assembly.loading import look_config
from http_source.commands import folder, places
from http_source.commands.command import Commands, ExitCode, UsageError, completed_by, declare
from http_source.commands.connections import connections
from http_source.config.findings import did_you_mean, some
from http_source.config.properties import KnownConfig
from http_source.edges.kafka.isolation import READ_COMMITTED, READ_UNCOMMITTED
from http_source.foreign.text import escape

_CLIENT = "http-source-consume"
_SUFFIXES = {".json", ".yaml", ".yml"}


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Shows the records of a topic to its end, decoded by the Schema Registry; leaves no consumer group behind."
    parser = declare(commands, "consume", sentence, _run, codes=("shown", "the topic could not be read"))
    completed_by(parser.add_argument("topic", nargs="?", metavar="TOPIC", help="default: the topic of --connector"), _topics)
    named = "sign in as this connector, given by its name in the folder or its file; default: as the environment says"
    completed_by(parser.add_argument("--connector", metavar="NAME", help=named), folder.connector_names)
    entity = parser.add_argument("--entity", metavar="E", help="with --connector: the topic of one of entity.names")
    completed_by(entity, lambda _, given: folder.entities_of(given.connector or ""))
    places.add(parser)
    parser.add_argument("--follow", action="store_true", help="follow new records until Ctrl-C; wait for a topic that does not exist")
    parser.add_argument("--max", metavar="N", help="end after N records")
    parser.add_argument("--key", action="store_true", help="show each key and a tab before the value")
    parser.add_argument("--headers", action="store_true", help="show the headers and a tab before it")
    level = f"{READ_COMMITTED} (the default) or {READ_UNCOMMITTED}, which also shows open and aborted transactions"
    parser.add_argument("--isolation-level", choices=(READ_COMMITTED, READ_UNCOMMITTED), default=READ_COMMITTED, metavar="L", help=level)
    parser.add_argument("--json", action="store_true", help="print each record as a JSON document on a line of its own")


def _run(arguments: argparse.Namespace) -> int:
    from http_source.commands.consumption import consume  # noqa: PLC0415 - Kafka's client, which no other command need wait for

    config = _connector(arguments.connector)
    topic, most = _topic(arguments, config), places.count("--max", arguments.max)
    places.last(arguments)
    consume(arguments, topic, most, connections(config, _CLIENT))
    return ExitCode.DONE


def _connector(name: str | None) -> KnownConfig | None:
    """The connector of the folder, whose name may have dots, or of a file."""
    if name is None:
        return None
    file = Path(name)
    is_file = name not in look() and (file.suffix in _SUFFIXES or file.is_file())
    return look_config(file) if is_file else folder.only(name)


def _topic(arguments: argparse.Namespace, config: KnownConfig | None) -> str:
    """The topic that is named, or that the connector writes to. Raises UsageError."""
    if arguments.topic == "":
        raise UsageError("TOPIC is empty. Name a topic, or a connector by --connector.")
    if arguments.topic is not None and arguments.entity is None:
        return str(arguments.topic)
    if config is None:
        raise UsageError("Name a TOPIC, or a connector by --connector." if arguments.entity is None else "--entity needs --connector.")
    entities = config.request.entities if arguments.entity is None else (arguments.entity,)
    if unknown := [each for each in entities if each not in config.request.entities]:
        raise UsageError(f"{escape(unknown[0])} is not an entity of this connector.{did_you_mean(unknown[0], config.request.entities)}")
    topics = list(dict.fromkeys(map(config.output.topic_of, entities)))
    if len(topics) > 1 or arguments.topic not in {None, *topics}:
        raise UsageError(f"Connector {config.name} writes to {some(topics)}. Name one of them, or an entity by --entity.")
    return topics[0]


def _topics(_prefix: str, _arguments: argparse.Namespace) -> Sequence[str]:
    """Complete a topic that a connector of the folder writes to."""
    found = [each for each in look().values() if isinstance(each, KnownConfig)]
    return [each.output.topic_of(entity) for each in found for entity in each.request.entities]
