"""`http-source migrate`: reads the configuration of another HTTP source connector and writes one for this connector.

JSON has no comments, so what has no equivalent here is reported beside the file, one sentence for each property.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from http_source.assembly.loading import load_config, look_config
from http_source.commands.command import CommandFailed, Commands, ExitCode, UsageError, add_json, declare, finding_fields, print_json
from http_source.commands.configuration_file import STDOUT, refuse_to_replace, write
from http_source.config.properties import PROPERTIES
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.text import Foreign, escape, readable
from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.documents import read_properties
from http_source.migration.move import migrate
from http_source.migration.predecessor import Predecessor

_MOST_BYTES = 8 * 1024 * 1024
_UNFIT = frozenset('/\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class _Moved:
    """A configuration that was written: where, and what is still to be said of it."""

    draft: ConfigurationDraft
    file: Path | None
    findings: Sequence[Finding]

    @property
    def valid(self) -> bool:
        return not self.draft.is_open and all(finding.warning for finding in self.findings)


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Rewrites the configuration of another HTTP source connector for this one, and reports what has no equivalent."
    codes = ("the result is valid", "it cannot be read, or the result needs changes by hand")
    parser = declare(commands, "migrate", sentence, _run, codes=codes)
    words = "a configuration of Confluent's HTTP Source (self-managed, or V2), of castorm's or llofberg's connector"
    parser.add_argument("file", type=Path, metavar="FILE", help=f"{words}: JSON, Java properties or YAML; - is stdin")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write, or a folder for NAME.json; default: stdout")
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    add_json(parser, "what was written, with the remarks on it,")


def _run(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    properties = read_properties(_read(file, arguments.stdin), escape(str(file)))
    predecessor, drafts = migrate(properties, "connector" if file == STDOUT else file.stem)
    files = _files(arguments.output or STDOUT, drafts, force=arguments.force)
    moved = [_Moved(draft, file, tuple(_judge(draft))) for draft, file in zip(drafts, files, strict=True)]
    to_stdout = arguments.output in (None, STDOUT)
    _write(moved, to_stdout=to_stdout, quiet=arguments.json, force=arguments.force)
    if arguments.json:
        print_json({"predecessor": predecessor, "connectors": [_fields(each) for each in moved]})
    else:
        _show(predecessor, moved, sys.stderr if to_stdout else sys.stdout)
    return ExitCode.DONE if all(each.valid for each in moved) else ExitCode.FAILED


def _read(file: Path, stdin: TextIO) -> bytes:
    try:
        with nullcontext(stdin.buffer) if file == STDOUT else file.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CommandFailed(f"{escape(str(file))} cannot be read: {readable(Foreign.of(error), str)}.") from None
    if len(data) > _MOST_BYTES:
        raise CommandFailed(f"{escape(str(file))} is larger than {_MOST_BYTES >> 20} MB; a connector's configuration never is.")
    return data


def _files(output: Path, drafts: Sequence[ConfigurationDraft], *, force: bool) -> list[Path | None]:
    """A file for each configuration that can be written.

    Raises UsageError where one file is named for several, CommandFailed for one that is there.
    """
    if output == STDOUT:
        return [None if draft.unmoved else STDOUT for draft in drafts]
    is_folder = output.is_dir() or len(drafts) > 1
    if is_folder and output.suffix == ".json" and not output.is_dir():
        raise UsageError(f"There are {len(drafts)} APIs, and each needs a file: name a folder with --output.")
    files = [None if draft.unmoved else output / _file_name(draft) if is_folder else output for draft in drafts]
    for file in files:
        refuse_to_replace(file, force=force)
    if is_folder:
        output.mkdir(parents=True, exist_ok=True)
    return files


def _file_name(draft: ConfigurationDraft) -> str:
    name = draft.properties["name"] or "connector"
    return f"{''.join('-' if letter in _UNFIT or not letter.isprintable() else letter for letter in name)}.json"


def _judge(draft: ConfigurationDraft) -> Iterator[Finding]:
    """What `validate` says once the variables are set."""
    if draft.unmoved:
        return
    properties = {name: _resolved(draft, value) for name, value in draft.properties.items()}
    try:
        yield from load_config(properties).warnings
    except ConfigurationError as error:
        lasting = {str(finding) for finding in _without_what_is_elsewhere(properties)}
        yield from (finding if str(finding) in lasting else replace(finding, warning=True) for finding in error.findings)


def _without_what_is_elsewhere(properties: Mapping[str, str]) -> Sequence[Finding]:
    """The mistakes that stay when every variable and file is where Dagster runs."""
    try:
        look_config(properties)
    except ConfigurationError as error:
        return error.findings
    return ()


def _resolved(draft: ConfigurationDraft, value: str) -> str:
    """The value with what was secret in the place of the variables, as the old file had it."""
    for variable, secret in draft.variables.items():
        if "${" not in secret.reveal():  # A config provider of the old worker has the others.
            value = value.replace(f"${{env:{variable}}}", secret.reveal())
    return value


def _write(moved: Sequence[_Moved], *, to_stdout: bool, quiet: bool, force: bool) -> None:
    written = [each for each in moved if not each.draft.unmoved]
    if not to_stdout:
        for each in written:
            write(each.file or STDOUT, _text(each.draft.properties), force=force, private=_holds_secret(each.draft))
    elif not quiet and written:
        properties = [each.draft.properties for each in written]
        print(_text(properties[0] if len(moved) == 1 else properties), end="")


def _text(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _holds_secret(draft: ConfigurationDraft) -> bool:
    return any(name in PROPERTIES and PROPERTIES[name].secret and "${" not in value for name, value in draft.properties.items())


def _show(predecessor: Predecessor, moved: Sequence[_Moved], to: TextIO) -> None:
    print(f"A configuration of {predecessor}.", file=to)
    for each in moved:
        print(*_lines(each), sep="\n", file=to)


def _lines(moved: _Moved) -> Iterator[str]:
    """What a person has to know, mistakes first."""
    draft, name = moved.draft, escape(moved.draft.properties["name"])
    if draft.unmoved:
        yield f"{name}: not written. {draft.unmoved}"
        return
    mistakes, doubts = ([each for each in moved.findings if each.warning is warning] for warning in (False, True))
    where = f", written to {moved.file}" if moved.file not in (None, STDOUT) else ""
    yield f"{name}: {'valid' if moved.valid else 'needs changes by hand'}{where}"
    yield from (f"  correct {escape(str(each))}" for each in draft.remarks if each.open)
    yield from (f"  correct {each}" for each in mistakes)
    yield from (f"  warning: {each}" for each in doubts)
    yield from (f"  {escape(str(each))}" for each in draft.remarks if not each.open)
    if draft.variables:
        yield f"  Set the environment variables {', '.join(draft.variables)} to the values that the old configuration has in their places."


def _fields(moved: _Moved) -> dict[str, object]:
    return {
        "file": str(moved.file) if moved.file not in (None, STDOUT) else None,
        "valid": moved.valid,
        "configuration": None if moved.draft.unmoved else moved.draft.properties,
        "not_written": moved.draft.unmoved or None,
        "variables": list(moved.draft.variables),
        "remarks": [{"property": each.property, "message": each.message, "open": each.open} for each in moved.draft.remarks],
        "findings": [finding_fields(each) for each in moved.findings],
    }
