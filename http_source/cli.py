"""The command `http-source`. Each module of `commands` adds one command's parser and says what to call."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path

from dotenv import load_dotenv

from http_source.commands import completion, demo, describe, init, offsets, pause, preview, restart, status, validate
from http_source.commands.command import CommandFailed, ExitCode, error_fields, print_json
from http_source.errors import HttpSourceError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 for done, 1 for an error that stderr explains (or stdout, with `--json`), 2 for wrong usage, 128 + n when signal n ended it.
    """
    try:
        return _run(argv)
    except BrokenPipeError:
        # Whoever reads the output has seen enough. Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _run(argv: Sequence[str] | None) -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        # Records hold any text, terminals do not show any.
        sys.stdout.reconfigure(errors="backslashreplace")
    # As `dagster dev` does: a configuration that runs there is judged and asked with the same variables here.
    load_dotenv(Path.cwd() / ".env", override=True)
    try:
        return _call(_parsed(argv))
    finally:
        sys.stdout.flush()


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="http-source", description="Polls HTTP APIs into Kafka topics, on Dagster.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('http-source')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (init, validate, preview, describe, status, pause, restart, offsets, demo, completion):
        command.add(commands)
    if "_ARGCOMPLETE" in os.environ:
        completion.complete(parser)
    return parser.parse_args(argv)


def _call(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments))
    except HttpSourceError as error:
        if arguments.json:
            print_json(error_fields(error))
        else:
            sys.stderr.write(f"{error}\n")
        return error.code if isinstance(error, CommandFailed) else ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
