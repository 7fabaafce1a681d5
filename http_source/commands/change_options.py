"""What lets `serve` change connectors, and where it has Dagster load them."""

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from http_source.rest.reloading import Reloader

_WEBSERVER = "http://127.0.0.1:3000"
_VARIABLE = "DAGSTER_WEBSERVER_URL"


def add_change_options(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--allow-changes", action="store_true", help="allow requests to write and remove the files of connectors")
    parser.add_argument(
        "--webserver", metavar="URL", type=_url, default=os.environ.get(_VARIABLE) or _WEBSERVER,
        help=f"the address of Dagster's UI, which loads the changes (default: {_VARIABLE}, or {_WEBSERVER})")
    parser.add_argument(
        "--location", metavar="NAME", default="", help="the code location that serves the folder, if it cannot be determined")


def _url(text: str) -> str:
    scheme, mark, rest = text.partition("://")
    if scheme not in {"http", "https"} or not mark or not rest:
        raise argparse.ArgumentTypeError(f"{text} is not the address of Dagster's UI: expected http:// or https:// and a host")
    return text


def reloader_of(arguments: argparse.Namespace) -> "Reloader | None":
    """What has Dagster load changes; None where none are allowed."""
    from http_source.rest.reloading import Reloader  # noqa: PLC0415 - a command that is not run need not load it

    return Reloader(arguments.webserver, arguments.location) if arguments.allow_changes else None
