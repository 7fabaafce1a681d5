"""The connectors of the folder that `dagster dev` serves, and the Dagster instance beside it: what commands about them start from.

These commands ask no API, so the connectors' secrets need not be where they run.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from http_source.assembly.folder import Found, folder, look
from http_source.commands.command import CommandFailed, UsageError
from http_source.config.findings import did_you_mean, some
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError, HttpSourceError

if TYPE_CHECKING:
    from http_source.orchestration.status import Instance

_POSTGRES = "dagster_postgres"


def connector_names(_prefix: str, _arguments: argparse.Namespace) -> Sequence[str]:
    """Complete the name of a connector."""
    return list(look())


def entity_names(_prefix: str, arguments: argparse.Namespace) -> Sequence[str]:
    """Complete the name of an entity of the connector that was named before."""
    return entities_of(arguments.name)


def entities_of(name: str) -> Sequence[str]:
    """The entities of a connector; none where it cannot be read."""
    found = look().get(name)
    return found.request.entities if isinstance(found, KnownConfig) else ()


def only(name: str) -> KnownConfig:
    """The connector of this name. Raises UsageError when there is none, ConfigurationError when its file has mistakes."""
    found = chosen([name])[name]
    if isinstance(found, ConfigurationError):
        raise found
    return found


def chosen(names: Sequence[str]) -> Found:
    """The connectors of these names, or all for none. Raises UsageError for a name that is not there."""
    found = look()
    if not found:
        raise UsageError(f"There is no configuration file (*.json) in {folder().resolve()}. Run this where `dagster dev` runs, or let "
                         "HTTP_SOURCE_CONNECTORS name the folder.")
    for name in names:
        if name not in found:
            raise UsageError(f"Unknown connector {name!r} in {folder().resolve()}. The connectors are {some(tuple(found))}."
                             f"{did_you_mean(name, found)}")
    return {name: found[name] for name in names or found}


@contextmanager
def opened_instance() -> "Iterator[Instance]":
    """The instance beside the folder. Raises UsageError where there is none, CommandFailed when its storage cannot be used."""
    from http_source.orchestration.status import InstanceMissing, open_instance  # noqa: PLC0415 - Dagster takes a second to load
    from http_source.orchestration.storage_errors import said_by_storage  # noqa: PLC0415 - see above

    try:
        with open_instance() as instance:
            yield instance
    except InstanceMissing as error:
        raise UsageError(str(error)) from None
    except HttpSourceError:
        raise
    except Exception as error:  # noqa: BLE001
        # Each storage raises exceptions of its own.
        brief = said_by_storage(error)
        remedy = 'Run pip install "http-source[postgres]".' if _POSTGRES in brief else "Check what `storage` in dagster.yaml names."
        raise CommandFailed(f"Dagster's storage cannot be read: {brief}. {remedy}") from None
