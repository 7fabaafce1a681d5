"""`http-source init`: writes a configuration to start from, and explains each of its properties.

JSON has no comments, Confluent's tools take no other format, and an invented property would be refused as unknown. So the explanations
are printed beside the file, each with the property's value.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from http_source.assembly.folder import folder
from http_source.assembly.loading import load_config
from http_source.commands.command import Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.completion import json_files
from http_source.commands.configuration_file import STDOUT, refuse_to_replace, write
from http_source.commands.explained import explained_lines, explained_properties
from http_source.commands.interview import fill_gaps, interview
from http_source.commands.starter import Starter, draft
from http_source.commands.survey import refuse_to_survey, survey
from http_source.config.properties import PROPERTIES, OffsetMode

_OUTPUT = "the file to write; default: NAME.json in the folder that Dagster serves (connectors/), or here if there is none; - is stdout"


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A draft, the environment that config providers read for it, and the report of how it was made."""

    properties: Starter
    environment: Mapping[str, str] | None = None
    document: Mapping[str, Any] = field(default_factory=dict)


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Writes a valid configuration for an offset mode and explains it; prompts on a terminal for anything not given as an option."
    parser = declare(commands, "init", sentence, _run, codes=("written", "the answers do not make a valid file, or it exists"))
    parser.add_argument("--mode", type=str.upper, choices=list(OffsetMode), help="how the next offset is found (http.offset.mode)")
    parser.add_argument("--name", metavar="N", help="the connector's name; default: the last word of the URL")
    addresses = parser.add_mutually_exclusive_group()
    addresses.add_argument("--url", metavar="U", help="the address to poll")
    addresses.add_argument("--from", dest="asked", metavar="URL", help="send a few GET requests to this address and propose how to page")
    settings = parser.add_argument("--set", action="append", default=[], type=_setting, metavar="PROPERTY=VALUE", help="any other property")
    completed_by(settings, lambda *_: [f"{name}=" for name in PROPERTIES])
    output = parser.add_argument("--output", type=Path, metavar="FILE", help=_OUTPUT)
    completed_by(output, json_files)
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    add_json(parser, "the properties and what they do, and with --from what was requested, seen and proposed")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.json and arguments.output == STDOUT:
        raise UsageError("With --output - the configuration itself goes to stdout, as JSON; leave out --json, or name a file.")
    refuse_to_replace(arguments.output, force=arguments.force)
    given = _given(arguments)
    if arguments.asked is not None:
        drafted = _surveyed(arguments, given)
    else:
        drafted = _Drafted(draft(interview(given, arguments.stdin) if arguments.stdin.isatty() else given))
    properties = drafted.properties
    _refuse_gaps([name for name, value in properties.items() if value is None])
    loaded = load_config(properties, environment=drafted.environment)
    file = _file(arguments, loaded.config.connector.name)
    secrets = [name for name in properties if name in PROPERTIES and PROPERTIES[name].secret]
    write(file, json.dumps(properties, indent=2, ensure_ascii=False) + "\n", force=arguments.force, private=bool(secrets))
    sys.stderr.write("".join(f"warning: {warning}\n" for warning in loaded.warnings))
    explained = explained_properties(loaded.config, properties)
    if arguments.json:
        print_json({"file": str(file), **drafted.document, "properties": explained})
    else:
        print(*explained_lines(explained, None if file == STDOUT else file), sep="\n", file=_told_on(arguments))
    return ExitCode.DONE


def _told_on(arguments: argparse.Namespace) -> TextIO:
    """The stream for people, which is not the one that the configuration goes to."""
    return sys.stderr if arguments.output == STDOUT else sys.stdout


def _surveyed(arguments: argparse.Namespace, given: Mapping[str, str]) -> _Drafted:
    """A draft of what an API shows; a person is asked for what only they can know, before the API is."""
    refuse_to_survey(arguments.asked, given)
    known = {**given, "url": arguments.asked.partition("?")[0]}
    completed = fill_gaps(known, arguments.stdin) if arguments.stdin.isatty() else known
    proposed = draft(completed)
    _refuse_gaps([name for name, value in proposed.items() if value is None])
    completed = {**completed, "name": str(proposed["name"])}
    del completed["url"]
    _file(arguments, completed["name"])
    to = _told_on(arguments)
    found = survey(arguments.asked, completed, lambda lines: None if arguments.json else print(*lines, sep="\n", file=to, flush=True))
    return _Drafted(found.properties, found.environment, found.document)


def _file(arguments: argparse.Namespace, name: str) -> Path:
    """Where the draft goes. Raises CommandFailed when that is there and may not be replaced."""
    file: Path = arguments.output or (folder() if folder().is_dir() else Path()) / f"{name}.json"
    refuse_to_replace(file, force=arguments.force)
    return file


def _given(arguments: argparse.Namespace) -> dict[str, str]:
    named = {"http.offset.mode": arguments.mode, "name": arguments.name, "url": arguments.url}
    return dict(arguments.set) | {name: value for name, value in named.items() if value is not None}


def _setting(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if name and mark:
        return name, value
    raise argparse.ArgumentTypeError("write PROPERTY=VALUE, such as request.interval.ms=5000")


def _refuse_gaps(names: Sequence[str]) -> None:
    if names:
        # Everything else that is missing would follow from it.
        names = ["url"] if "url" in names else names
        flags = ", ".join(f"--{name}" if name in {"url", "name"} else f"--set {name}=" for name in names)
        raise UsageError(f"{', '.join(names)} cannot be guessed, and this is not a terminal, so nobody can be asked: give {flags}.")
