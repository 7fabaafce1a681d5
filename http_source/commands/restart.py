"""`http-source restart`: starts entities again, those that are FAILED as well as those that are polled."""

import argparse
import time

from http_source.commands.command import Commands
from http_source.commands.control import Word, declare_word, refuse_unknown, report
from http_source.commands.folder import only, opened_instance

_RESTART = Word("restart", "Restarted")


def add(commands: Commands) -> None:
    """Add the command."""
    declare_word(commands, _RESTART, "Starts entities again at once by new runs, FAILED ones even with auto.restart.on.user.error=false.",
                 _run, without="all of them")


def _run(arguments: argparse.Namespace) -> int:
    from http_source.orchestration.restart import restart  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.served_folder import served  # noqa: PLC0415 - see above
    from http_source.orchestration.status import unattended_now  # noqa: PLC0415 - see above

    connector = served(only(arguments.name))
    refuse_unknown(arguments.entities, connector.entities)
    with opened_instance() as instance:
        outcome = restart(instance, connector, arguments.entities, now := time.time())
        unattended = unattended_now(instance, connector, now)
    return report(arguments, _RESTART, connector, outcome, unattended)
