"""`http-source restart`: lets entities that are FAILED start again at once, also where they wait for a person."""

import argparse
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from http_source.commands.command import Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.folder import connector_names, entity_names, only, opened_instance
from http_source.config.findings import did_you_mean, some

if TYPE_CHECKING:
    from http_source.orchestration.connector import Connector
    from http_source.orchestration.restart import Restarted


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Lets entities that are FAILED start again at once, also with auto.restart.on.user.error=false."
    codes = ("they start again, or nothing was FAILED", "the configuration has mistakes, or Dagster's storage cannot be used")
    parser = declare(commands, "restart", sentence, _run, codes=codes)
    completed_by(parser.add_argument("name", metavar="NAME", help="a connector of the folder"), connector_names)
    entities = parser.add_argument("entities", nargs="*", metavar="ENTITY", help="one of its entities; without one all that are FAILED")
    completed_by(entities, entity_names)
    add_json(parser, "an object with the entities that start again, and what the others do")


def _run(arguments: argparse.Namespace) -> int:
    config = only(arguments.name)
    _refuse_unknown(arguments.entities, config.request.entities)
    from http_source.orchestration.restart import restart  # noqa: PLC0415 - see above
    from http_source.orchestration.served import served  # noqa: PLC0415 - Dagster takes a second to load

    connector = served(config)
    with opened_instance() as instance:
        done = restart(instance, connector, arguments.entities, time.time())
    if arguments.json:
        print_json({"connector": connector.name, "restarted": list(done.started), "left": dict(done.left)})
    else:
        print("\n".join(_lines(connector, done)))
    return ExitCode.DONE


def _refuse_unknown(named: Sequence[str], entities: Sequence[str]) -> None:
    for entity in named:
        if entity not in entities:
            raise UsageError(f"There is no entity {entity!r}, but {some(tuple(entities))}.{did_you_mean(entity, entities)}")


def _lines(connector: "Connector", done: "Restarted") -> list[str]:
    left = [f"{entity} is {condition}, not FAILED: there is nothing to start again." for entity, condition in done.left.items()]
    if not done.started:
        return left or [f"No entity of {connector.name} is FAILED: there is nothing to start again."]
    when = "the next tick of its sensor" if done.on else f"the sensor {connector.sensor_name} once it is on"
    return [*left, f"Started again by {when}: {', '.join(done.started)}."]
