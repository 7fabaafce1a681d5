"""`http-source sample`: what a new project polls and writes to, until its own API and Kafka are there."""

import argparse
import sys

from http_source.commands.command import Commands, declare
from http_source.commands.numbers import port
from http_source.demo.api import DEFAULT_PORT
from http_source.demo.screen import Screen


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = (
        "Serves the sample API that a new project polls, and an in-memory Kafka at KAFKA_BOOTSTRAP_SERVERS if that is on this machine and "
        "nothing listens there; shows the records that arrive, until Ctrl-C."
    )
    parser = declare(commands, "sample", sentence, _run, codes=("stopped", "a port is taken, or a process ended by itself"))
    parser.add_argument("--port", type=port, default=DEFAULT_PORT, metavar="P", help=f"port of the API, {DEFAULT_PORT} by default")


def _run(arguments: argparse.Namespace) -> int:
    from http_source.demo.sample import run_sample  # noqa: PLC0415 - takes a second to load, which no other command need wait for

    return run_sample(arguments.port, Screen(sys.stdout))
