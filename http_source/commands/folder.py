"""The connectors of the folder that `dagster dev` serves, and the Dagster instance beside it: what commands about them start from.

These commands ask no API, so the connectors' secrets need not be where they run.
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from http_source.assembly.loading import look_folder
from http_source.commands.command import CommandFailed, UsageError
from http_source.config.findings import did_you_mean, some
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError, HttpSourceError
from http_source.foreign.text import Foreign, readable

if TYPE_CHECKING:
    from http_source.orchestration.status import Instance

Found = Mapping[str, KnownConfig | ConfigurationError]
"""Connectors by name; those with mistakes by the name of their file."""

_POSTGRES = "dagster_postgres"


def folder() -> Path:
    """Where `http_source.definitions` finds the connectors, too."""
    return Path(os.environ.get("HTTP_SOURCE_CONNECTORS", "connectors"))


def connector_names(prefix: str, *, parsed_args: argparse.Namespace, **_: object) -> Sequence[str]:  # noqa: ARG001 - a completer's arguments
    """Complete the name of a connector."""
    return list(look())


def entity_names(prefix: str, *, parsed_args: argparse.Namespace, **_: object) -> Sequence[str]:  # noqa: ARG001 - a completer's arguments
    """Complete the name of an entity of the connector that was named before."""
    found = look().get(parsed_args.name)
    return found.request.entities if isinstance(found, KnownConfig) else ()


def only(name: str) -> KnownConfig:
    """The connector of this name. Raises UsageError when there is none, ConfigurationError when its file has mistakes."""
    found = chosen([name])[name]
    if isinstance(found, ConfigurationError):
        raise found
    return found


def look() -> Found:
    """Every file by its connector's name, one with mistakes by its own."""
    files = look_folder(folder())
    found: dict[str, KnownConfig | ConfigurationError] = {each.name: each for each in files.values() if isinstance(each, KnownConfig)}
    for file, each in files.items():
        if isinstance(each, ConfigurationError):
            found[file.name if file.stem in found else file.stem] = each
    return found


def chosen(names: Sequence[str]) -> Found:
    """The connectors of these names, or all for none. Raises UsageError for a name that is not there."""
    found = look()
    if not found:
        raise UsageError(f"There is no configuration file (*.json) in {folder().resolve()}. Run this where `dagster dev` runs, or let "
                         "HTTP_SOURCE_CONNECTORS name the folder.")
    for name in names:
        if name not in found:
            raise UsageError(f"There is no connector {name!r} in {folder().resolve()}, but {some(tuple(found))}."
                             f"{did_you_mean(name, found)}")
    return {name: found[name] for name in names or found}


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
    except Exception as error:  # noqa: BLE001
        # Each storage raises exceptions of its own.
        brief = f"{type(error).__name__}: {readable(Foreign.of(error).first_line(), str)}"
        remedy = 'Run pip install "http-source[postgres]".' if _POSTGRES in brief else "Check what `storage` in dagster.yaml names."
        failure = CommandFailed(f"Dagster's storage cannot be read: {brief}. {remedy}")
        raise failure from None
