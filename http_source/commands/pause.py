"""`http-source pause`, `resume` and `stop`: lays connectors or entities to rest until a person lets them go on."""

import argparse
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from http_source.assembly.folder import look
from http_source.commands.command import Commands, ExitCode, print_json
from http_source.commands.control import Word, declare_word, refuse_unknown, report
from http_source.commands.folder import only, opened_instance
from http_source.config.properties import KnownConfig

if TYPE_CHECKING:
    from http_source.orchestration.identity import Connector
    from http_source.orchestration.outcome import Outcome
    from http_source.orchestration.status import Instance

_PAUSE, _RESUME, _STOP = Word("pause", "Paused", rests=True), Word("resume", "Resumed"), Word("stop", "Stopped", rests=True)


def add(commands: Commands) -> None:
    """Add the commands."""
    declare_word(commands, _PAUSE, "Pauses a connector, as its sensor's switch in the UI does, or some of its entities.", _pause,
                 without="the connector: its sensor is switched off")
    declare_word(commands, _RESUME, "Resumes what was paused or stopped by hand.", _resume,
                 without="the connector and all of them: its sensor is switched on")
    declare_word(commands, _STOP, "Stops a connector, or some of its entities, until it is resumed; also ends runs whose connector no "
                 "longer has a file.", _stop, without="the connector")


def _pause(arguments: argparse.Namespace) -> int:
    from http_source.orchestration.pausing import pause  # noqa: PLC0415 - Dagster takes a second to load

    return _do(arguments, _PAUSE, pause)


def _resume(arguments: argparse.Namespace) -> int:
    from http_source.orchestration.pausing import resume  # noqa: PLC0415 - see above

    return _do(arguments, _RESUME, resume)


def _stop(arguments: argparse.Namespace) -> int:
    from http_source.orchestration.pausing import end_undefined, stop  # noqa: PLC0415 - see above

    if not isinstance(look().get(arguments.name), KnownConfig) and not arguments.entities:
        with opened_instance() as instance:
            runs = end_undefined(instance, arguments.name)
        if runs:
            return _tell_ended(arguments, runs)
    return _do(arguments, _STOP, stop)


def _do(
    arguments: argparse.Namespace, word: Word, act: "Callable[[Instance, Connector, Sequence[str]], Outcome]"
) -> int:
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.status import unattended_now  # noqa: PLC0415 - see above

    connector = served(only(arguments.name))
    refuse_unknown(arguments.entities, connector.entities)
    with opened_instance() as instance:
        outcome = act(instance, connector, list(dict.fromkeys(arguments.entities)))
        unattended = unattended_now(instance, connector, time.time())
    return report(arguments, word, connector, outcome, unattended)


def _tell_ended(arguments: argparse.Namespace, runs: Sequence[str]) -> int:
    """Say what came of runs without a definition."""
    named = f"Run {runs[0]} stores what is acknowledged and ends" if len(runs) == 1 else f"Runs {', '.join(runs)} end, everything stored,"
    follows = [
        f"{named} within seconds.",
        f"No valid file defines {arguments.name}. If it is defined in code, switch off its sensor in the UI: it starts the next run.",
    ]
    if arguments.json:
        print_json({"connector": arguments.name, "changed": [], "left": {}, "ending": list(runs), "relieved": [], "sensor": None,
                    "follows": follows})
    else:
        print("\n".join(follows))
    return ExitCode.DONE
