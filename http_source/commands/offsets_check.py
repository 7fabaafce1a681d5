"""`http-source offsets check`: whether what is stored agrees, and fits what the topics hold."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from http_source.commands.command import CommandFailed, Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.folder import connector_names, only, opened_instance
from http_source.commands.offsets_kafka import kafka_of
from http_source.errors import ConfigurationError, DeliveryFailed

if TYPE_CHECKING:
    from http_source.orchestration.consistency import Comparison

_NOTHING = "the stored positions could not be read, or"


def add(actions: Commands) -> None:
    """Add the action."""
    sentence = "Compares the stored positions with each other and with the topics' records; changes nothing."
    parser = declare(actions, "check", sentence, _run, codes=("consistent", "something differs"))
    parser.epilog = f"exit codes: 0 consistent; 1 something differs; 2 {_NOTHING} wrong usage"
    completed_by(parser.add_argument("name", metavar="NAME", help="a connector of the folder"), connector_names)
    add_json(parser, "an object with `consistent` and what was compared")


def _run(arguments: argparse.Namespace) -> int:
    found = _compare(arguments.name)
    differing = [each for each in found if each.verdict == "differs"]
    if arguments.json:
        print_json({"consistent": not differing, "comparisons": [
            {"subject": each.subject, "verdict": each.verdict.value, "found": each.sentence} for each in found
        ]})
    else:
        print("\n".join(_lines(arguments.name, found)))
    return ExitCode.FAILED if differing else ExitCode.DONE


def _compare(name: str) -> "Sequence[Comparison]":
    from http_source.orchestration.consistency import compare  # noqa: PLC0415 - see above
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - Dagster takes a second to load

    connector = served(only(name))
    try:
        with opened_instance() as instance:
            return compare(instance, connector, kafka_of(connector, always=True))
    except (CommandFailed, ConfigurationError, DeliveryFailed) as error:
        # Not 1, which says that something differs.
        raise UsageError(str(error)) from error


def _lines(name: str, found: "Sequence[Comparison]") -> Iterator[str]:
    counts = Counter(comparison.verdict.value for comparison in found)
    verdict = f"{counts['differs']} of {len(found)} comparisons differ" if counts["differs"] else "consistent"
    yield f"{name}: {verdict}" + (f", {counts['not compared']} could not be compared" if counts["not compared"] else "")
    for comparison in found:
        mark = "DIFFERS " if comparison.verdict == "differs" else ""
        yield f"  {comparison.subject}: {mark}{comparison.sentence}"
