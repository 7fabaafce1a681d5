"""The command `http-source`. Each module of `commands` adds one command's parser and says what to call."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from dotenv import load_dotenv

from http_source.commands import (
    completion,
    consume,
    demo,
    describe,
    init,
    migrate,
    new,
    offsets,
    pause,
    preview,
    restart,
    sample,
    serve,
    sizing,
    status,
    validate,
)
from http_source.commands.command import CommandFailed, ExitCode, error_fields, print_json
from http_source.errors import HttpSourceError

_COMMANDS = (new, init, migrate, validate, preview, describe, sizing, status, pause, restart, offsets, consume, serve, sample, demo,
             completion)


def main(argv: Sequence[str] | None = None, stdin: TextIO | None = None) -> int:
    """Run one command, which reads the process's standard input unless another one is given, and return its exit code.

    0 for done, 1 for an error that stderr explains (or stdout, with `--json`), 2 for wrong usage, 128 + n when signal n ended it.
    """
    try:
        return _run(argv, stdin or sys.stdin)
    except BrokenPipeError:
        # Whoever reads the output has seen enough. Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _run(argv: Sequence[str] | None, stdin: TextIO) -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        # Records hold any text, terminals do not show any.
        sys.stdout.reconfigure(errors="backslashreplace")
    _say_where_we_are()
    # As `dagster dev` does: a configuration that runs there is judged and asked with the same variables here.
    try:
        load_dotenv(Path.cwd() / ".env", override=True)
    except UnicodeDecodeError as error:
        sys.stderr.write(f"{Path.cwd() / '.env'} is not UTF-8 (byte {error.start + 1}); save it as UTF-8.\n")
        return ExitCode.USAGE
    try:
        return _call(_parsed(argv, stdin))
    finally:
        sys.stdout.flush()


def _say_where_we_are() -> None:
    """Let ${PWD} in a `.env` be this folder, also where no shell has set it, or one that was in another folder."""
    told = os.environ.get("PWD", "")
    if not (told and Path(told).is_dir() and Path(told).samefile(Path.cwd())):
        os.environ["PWD"] = str(Path.cwd())


def _parsed(argv: Sequence[str] | None, stdin: TextIO) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="http-source", description="Polls HTTP APIs into Kafka topics, on Dagster.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('http-source')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add(commands)
    if "_ARGCOMPLETE" in os.environ:
        completion.complete(parser)
    return parser.parse_args(argv, argparse.Namespace(stdin=stdin))


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
