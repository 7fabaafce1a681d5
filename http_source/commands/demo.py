"""`http-source demo`: everything on one machine, to look at."""

import argparse
import sys
from pathlib import Path

from http_source.commands.command import Commands, declare
from http_source.commands.numbers import port, positive
from http_source.demo.options import DemoOptions
from http_source.demo.screen import Screen


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Starts an in-memory Kafka and Schema Registry, a sample API and Dagster, and shows the records arriving until Ctrl-C."
    parser = declare(commands, "demo", sentence, _run, codes=("stopped, or every topic has its records", "a process ended by itself"))
    parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter
    default = DemoOptions()
    until = "end with success when every topic has N records and nothing is FAILED"
    parser.add_argument("--until-records", type=positive, metavar="N", help=until)
    parser.add_argument("--timeout", type=positive, default=default.timeout, metavar="S", help="seconds for that and for Dagster's start")
    parser.add_argument("--port", type=port, default=default.port, metavar="P", help="port of the UI; a free one if it is taken")
    parser.add_argument("--connectors", type=Path, default=default.connectors, metavar="DIR", help="folder of connector files")


def _run(arguments: argparse.Namespace) -> int:
    from http_source.demo.show import run_demo  # noqa: PLC0415 - takes a second to load, which no other command need wait for

    options = DemoOptions(arguments.until_records, arguments.timeout, arguments.port, arguments.connectors)
    return run_demo(options, Screen(sys.stdout))
