"""What all commands share: how one is declared, how it ends, and what it prints for machines."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import TypeAlias

from http_source.errors import ConfigurationError, Finding, HttpSourceError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives it no public name
"""Where a command adds its parser."""

Completer = Callable[[str, argparse.Namespace], Sequence[str]]
"""Gives the words that may complete a prefix, knowing the arguments before it; words that do not begin with it are left out later."""


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2


class CommandFailed(HttpSourceError):
    """A command that cannot do what it was told; the sentence says why and what to do."""

    code = ExitCode.FAILED


class UsageError(CommandFailed):
    """A command that was told something it does not understand."""

    code = ExitCode.USAGE


def declare(
    commands: Commands,
    name: str,
    sentence: str,
    run: Callable[[argparse.Namespace], int],
    *,
    codes: tuple[str, str],
) -> argparse.ArgumentParser:
    """A command's parser; `codes` says when its exit code is 0 and when 1."""
    epilog = f"exit codes: 0 {codes[0]}; 1 {codes[1]}; 2 wrong usage"
    parser = commands.add_parser(name, help=sentence, description=sentence, epilog=epilog)
    parser.set_defaults(run=run, json=False)
    return parser


def add_json(parser: argparse.ArgumentParser, what: str) -> None:
    """Let a command print one JSON document on stdout instead of text for people, failures too."""
    parser.add_argument("--json", action="store_true", help=f"print {what} as JSON; a failure as an object with `error`")


def completed_by(action: argparse.Action, completer: Completer) -> None:
    """Say what completes an argument."""
    # Where argcomplete looks for it.
    action.completer = lambda prefix, parsed_args, **_: completer(prefix, parsed_args)  # type: ignore[attr-defined]


def print_json(document: Mapping[str, object] | Sequence[object]) -> None:
    """Print a document; in ASCII, so that no terminal's encoding can damage it."""
    print(json.dumps(document, indent=2))


def finding_fields(finding: Finding) -> dict[str, str]:
    """A finding for machines."""
    return {"property": finding.property, "severity": "warning" if finding.warning else "mistake", "message": finding.message}


def error_fields(error: HttpSourceError) -> dict[str, object]:
    """A failure for machines."""
    findings = error.findings if isinstance(error, ConfigurationError) else ()
    return {"error": str(error), "findings": [finding_fields(each) for each in findings]}
