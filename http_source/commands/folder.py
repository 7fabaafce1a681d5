"""The connectors of the folder that `dagster dev` serves, and the Dagster instance beside it: what commands about them start from."""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from http_source.commands.command import CommandFailed, UsageError
from http_source.config.findings import did_you_mean, some
from http_source.errors import ConfigurationError, Finding, HttpSourceError
from http_source.loading import LoadedConfig, load_config

if TYPE_CHECKING:
    from http_source.orchestration.status import Instance

Loaded = Mapping[str, LoadedConfig | ConfigurationError]
"""Connectors by name; those with mistakes by the name of their file."""


def folder() -> Path:
    """Where `http_source.definitions` finds the connectors, too."""
    return Path(os.environ.get("HTTP_SOURCE_CONNECTORS", "connectors"))


def connector_names(prefix: str, *, parsed_args: argparse.Namespace, **_: object) -> Sequence[str]:  # noqa: ARG001 - a completer's arguments
    """Complete the name of a connector."""
    return list(load_folder())


def entity_names(prefix: str, *, parsed_args: argparse.Namespace, **_: object) -> Sequence[str]:  # noqa: ARG001 - a completer's arguments
    """Complete the name of an entity of the connector that was named before."""
    loaded = load_folder().get(parsed_args.name)
    return loaded.config.request.entities if isinstance(loaded, LoadedConfig) else ()


def only(name: str) -> LoadedConfig:
    """The connector of this name. Raises UsageError when there is none, ConfigurationError when its file has mistakes."""
    loaded = chosen([name])[name]
    if isinstance(loaded, ConfigurationError):
        raise loaded
    return loaded


def load_folder() -> Loaded:
    """Every file by its connector's name, one with mistakes by its own; a name that is taken already is a mistake, too."""
    loaded: dict[str, LoadedConfig | ConfigurationError] = {}
    files = [(file, *_load_one(file)) for file in sorted(folder().glob("*.json"))]
    for file, name, each in sorted(files, key=lambda read: isinstance(read[2], ConfigurationError)):
        if name not in loaded:
            loaded[name] = each
        else:
            loaded[file.name] = each if isinstance(each, ConfigurationError) else _taken(name)
    return loaded


def chosen(names: Sequence[str]) -> Loaded:
    """The connectors of these names, or all for none. Raises UsageError for a name that is not there."""
    loaded = load_folder()
    if not loaded:
        raise UsageError(f"There is no configuration file (*.json) in {folder().resolve()}. Run this where `dagster dev` runs, or let "
                         "HTTP_SOURCE_CONNECTORS name the folder.")
    for name in names:
        if name not in loaded:
            raise UsageError(f"There is no connector {name!r} in {folder().resolve()}, but {some(tuple(loaded))}."
                             f"{did_you_mean(name, loaded)}")
    return {name: loaded[name] for name in names or loaded}


@contextmanager
def opened_instance() -> "Iterator[Instance]":
    """The instance beside the folder. Raises UsageError where there is none, CommandFailed when its storage cannot be used."""
    from http_source.orchestration.status import InstanceMissing, open_instance  # noqa: PLC0415 - Dagster takes a second to load

    try:
        with open_instance() as instance:
            yield instance
    except InstanceMissing as error:
        raise UsageError(str(error)) from None
    except HttpSourceError:
        raise
    except Exception as error:
        # Each storage raises exceptions of its own.
        brief = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise CommandFailed(f"Dagster's storage cannot be read: {brief}. Check what `storage` in dagster.yaml names.") from error


def _load_one(file: Path) -> tuple[str, LoadedConfig | ConfigurationError]:
    try:
        loaded = load_config(file)
    except ConfigurationError as error:
        return file.stem, error
    return loaded.config.connector.name, loaded


def _taken(name: str) -> ConfigurationError:
    return ConfigurationError([Finding("name", f"Another file of the folder is the connector {name}, too; give one of them another name.")])
