"""`http-source validate`: every mistake in configuration files at once, without a request."""

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from http_source.assembly.folder import folder
from http_source.assembly.loading import load_config
from http_source.commands.command import Commands, ExitCode, add_json, completed_by, declare, finding_fields, print_json
from http_source.commands.completion import json_files
from http_source.config.findings import doubt
from http_source.config.neighbors import connector_files, taken
from http_source.config.properties import ConnectorConfig
from http_source.errors import ConfigurationError, Finding
from http_source.polling.verdict import counted

_FILES = "a configuration file, or a folder of them (*.json); default: the folder that Dagster serves"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one file.

    Attributes:
        name: the connector's, empty when the file has mistakes.
        findings: all mistakes, or where there are none all warnings.
    """

    file: Path
    name: str
    findings: tuple[Finding, ...]

    def valid(self, *, strict: bool) -> bool:
        """Whether the connector may start; with `strict`, warnings keep it from it as well."""
        return not any(strict or not finding.warning for finding in self.findings)


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Reports all mistakes and warnings of configuration files; sends nothing."
    parser = declare(commands, "validate", sentence, _run, codes=("every file is valid", "a file has mistakes"))
    files = parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=_FILES)
    completed_by(files, json_files)
    parser.add_argument("--strict", action="store_true", help="count warnings as mistakes")
    add_json(parser, "a list with an object for each file")


def _run(arguments: argparse.Namespace) -> int:
    verdicts = tuple(_told_apart(list(map(_judge, _files(arguments.files or [folder()])))))
    valid = [verdict.valid(strict=arguments.strict) for verdict in verdicts]
    if arguments.json:
        print_json([_fields(*each) for each in zip(verdicts, valid, strict=True)])
    else:
        for verdict in verdicts:
            _show(verdict)
    return ExitCode.DONE if all(valid) else ExitCode.FAILED


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, each once, and those of the folders; a folder without any stands for itself."""
    found = (file for path in paths for file in (connector_files(path) if path.is_dir() else ()) or (path,))
    return iter(dict.fromkeys(found))


def _judge(file: Path) -> Verdict:
    if file.is_dir():
        return Verdict(file, "", (Finding(str(file), "There is no configuration file (*.json) in this folder."),))
    try:
        loaded = load_config(file)
    except ConfigurationError as error:
        return Verdict(file, "", error.findings)
    return Verdict(file, loaded.config.connector.name, (*loaded.warnings, *_unnamed_registry(loaded.config)))


def _unnamed_registry(config: ConnectorConfig) -> Iterator[Finding]:
    """A doubt, since Dagster may run elsewhere, with other variables."""
    if config.output.needs_registry and not config.registry.url and not os.environ.get("SCHEMA_REGISTRY_URL"):
        yield doubt("output.data.format", "It needs a Schema Registry, and SCHEMA_REGISTRY_URL is not set here. Set it where Dagster runs.")


def _told_apart(verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
    """The verdicts; what Dagster cannot tell from another connector of its folder, which it serves as one, is a mistake."""
    mistakes: dict[Path, Finding] = {}
    for parent in {verdict.file.parent for verdict in verdicts}:
        mistakes |= taken({each.file: each.name for each in verdicts if each.name and each.file.parent == parent})
    for verdict in verdicts:
        mistake = [mistakes[verdict.file]] if verdict.file in mistakes else []
        yield replace(verdict, findings=(*mistake, *verdict.findings))


def _show(verdict: Verdict) -> None:
    warnings = sum(finding.warning for finding in verdict.findings)
    mistakes = len(verdict.findings) - warnings
    counts = [counted(mistakes, "mistake") if mistakes else "OK", *([counted(warnings, "warning")] if warnings else [])]
    print(f"{verdict.file}: {', '.join(counts)}")
    for finding in verdict.findings:
        print(f"  {'warning: ' if finding.warning else ''}{finding}")


def _fields(verdict: Verdict, valid: bool) -> dict[str, object]:  # noqa: FBT001 - a pair of `zip`
    return {"file": str(verdict.file), "valid": valid, "findings": [finding_fields(each) for each in verdict.findings]}
