"""`http-source sizing`: what configurations cost in Dagster's storage, requests, memory and processor time; sends nothing."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from http_source.assembly.folder import folder
from http_source.assembly.loading import look_config
from http_source.commands.command import CommandFailed, Commands, ExitCode, add_json, completed_by, declare, print_json
from http_source.commands.completion import json_files
from http_source.commands.table import table
from http_source.config.neighbors import connector_files
from http_source.config.properties import KnownConfig, TransportOptions
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.text import escape

if TYPE_CHECKING:
    # Dagster, which it brings, takes a second to load.
    from http_source.orchestration.sizing.estimate import Estimate

_FILES = "a configuration file, or a folder of them (*.json); default: the folder that Dagster serves"


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Estimates what configurations cost: requests, storage, memory, processor time and the number of tasks; sends nothing."
    parser = declare(commands, "sizing", sentence, _run, codes=("estimated", "a file has mistakes"))
    completed_by(parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=_FILES), json_files)
    add_json(parser, "an object with all figures")


def _run(arguments: argparse.Namespace) -> int:
    paths = arguments.files or [folder()]
    configs = _read(_files(paths))
    if not configs:
        places = ", ".join(escape(str(path.resolve())) for path in paths)
        raise CommandFailed(f"There is no configuration file (*.json) in {places}. Name a file.")
    # Imported here: mistakes are told without waiting for Dagster.
    from http_source.orchestration.identity import Connector  # noqa: PLC0415
    from http_source.orchestration.sizing.estimate import Estimate  # noqa: PLC0415
    from http_source.orchestration.sizing.report import document  # noqa: PLC0415

    estimates, days = [Estimate.of(Connector(config, neighbors=len(configs) - 1)) for config in configs], _kept_days()
    if arguments.json:
        print_json(document(estimates, days))
    else:
        print("\n\n".join("\n".join(block) for block in _blocks(estimates, days)))
    return ExitCode.DONE


def _files(paths: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(file for path in paths for file in (connector_files(path) if path.is_dir() else (path,))))


def _read(files: Sequence[Path]) -> list[KnownConfig]:
    """The configurations. Raises ConfigurationError with the mistakes of all files, each with its file where there are several."""
    configs: list[KnownConfig] = []
    mistakes: list[Finding] = []
    for file in files:
        try:
            config = look_config(file)
            config.require(TransportOptions)
            configs.append(config)
        except ConfigurationError as error:
            mistakes += [replace(each, message=f"{each.message} ({file})") if len(files) > 1 else each for each in error.findings]
    if mistakes:
        raise ConfigurationError(mistakes)
    return configs


def _kept_days() -> float:
    from http_source.orchestration.upkeep.old_runs import kept_days  # noqa: PLC0415 - as above

    try:
        return kept_days()
    except ValueError as mistake:
        raise CommandFailed(str(mistake)) from None


def _blocks(estimates: Sequence["Estimate"], days: float) -> Iterator[Sequence[str]]:
    from http_source.orchestration.sizing import report  # noqa: PLC0415 - as above
    from http_source.orchestration.sizing.advice import advice, advice_for_all  # noqa: PLC0415

    for each in estimates:
        title = f"{each.demand.connector.name}: {each.demand.entities:,} entit{'y' if each.demand.entities == 1 else 'ies'}"
        yield [title, *table(list(report.figures(each)))]
        yield list(table(report.storage([each], days)))
        yield from _advised(advice(each))
    if len(estimates) > 1:
        yield [f"All {len(estimates)} connectors", *table(list(report.together(estimates)))]
        yield list(table(report.storage(estimates, days)))
    yield from _advised(advice_for_all(estimates))
    yield [report.SOURCE]


def _advised(sentences: Iterable[str]) -> Iterator[Sequence[str]]:
    if lines := [f"  - {sentence}" for sentence in sentences]:
        yield lines
