"""`http-source serve`: Kafka Connect's REST interface, for the tools that people have."""

import argparse
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from http_source.assembly.folder import folder
from http_source.commands.change_options import add_change_options, reloader_of
from http_source.commands.command import Commands, ExitCode, UsageError, declare
from http_source.commands.folder import opened_instance
from http_source.logs.settings import LogSettings

if TYPE_CHECKING:
    from http_source.orchestration.status import Instance
    from http_source.rest.reloading import Reloader
    from http_source.rest.server import ServerSettings
    from http_source.rest.sockets import Listening

_PORT = 8083
_LAST_PORT = 65_535
_LOOPBACK = "127.0.0.1"
_PER_SECOND = 100.0
_log = logging.getLogger(__name__)


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Serves Kafka Connect's REST interface over the connectors of the folder, beside Dagster; polls nothing itself."
    codes = ("it was stopped", "the port is taken, or Dagster's storage cannot be read")
    parser = declare(commands, "serve", sentence, _run, codes=codes)
    parser.add_argument("--host", default=_LOOPBACK, help=f"the address to listen at; {_LOOPBACK} is this machine alone, any other needs "
                        "HTTP_SOURCE_REST_USER and HTTP_SOURCE_REST_PASSWORD, or HTTP_SOURCE_REST_TOKEN (or …_FILE)")
    parser.add_argument("--port", type=_port, default=_PORT, help=f"the port; {_PORT} is Connect's, 0 any that is free")
    parser.add_argument("--tls-certificate", type=Path, metavar="FILE", help="serve https with this certificate (PEM, with those above it)")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="the key of the certificate (PEM), if it is in a file of its own")
    parser.add_argument("--requests-per-second", type=_rate, default=_PER_SECOND, metavar="N",
                        help="how many requests a second of one client are answered, and twice as many of all clients; default "
                             f"{_PER_SECOND:g}, 0 for no limit")
    add_change_options(parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.tls_key and not arguments.tls_certificate:
        raise UsageError("--tls-key needs --tls-certificate, the certificate that belongs to it.")
    with LogSettings.of(os.environ).applied("root"):
        return _opened(arguments)


def _opened(arguments: argparse.Namespace) -> int:
    from http_source.rest.access import AccessRefused  # noqa: PLC0415 - Dagster, whose parts it serves, takes a second to load
    from http_source.rest.sockets import listen  # noqa: PLC0415 - see above

    listening = listen(arguments.host, arguments.port)
    try:
        settings = _settings(arguments, listening)
        settings.check()
        with opened_instance() as instance:
            _serve(instance, settings, reloader_of(arguments))
    except AccessRefused as error:
        raise UsageError(str(error)) from None
    finally:
        listening.close()
    return ExitCode.DONE


def _settings(arguments: argparse.Namespace, listening: "Listening") -> "ServerSettings":
    from http_source.rest.access import Access  # noqa: PLC0415 - see above
    from http_source.rest.server import ServerSettings  # noqa: PLC0415 - see above
    from http_source.rest.sockets import Certificate  # noqa: PLC0415 - see above

    chain = arguments.tls_certificate
    return ServerSettings(
        listening=listening,
        access=Access.of(os.environ),
        certificate=Certificate(chain, arguments.tls_key) if chain else None,
        per_second=arguments.requests_per_second,
    )


def _serve(instance: "Instance", settings: "ServerSettings", reloader: "Reloader | None") -> None:
    from http_source.rest.application import application  # noqa: PLC0415 - see above
    from http_source.rest.metrics.opentelemetry import exporting  # noqa: PLC0415 - see above
    from http_source.rest.server import leave, serve  # noqa: PLC0415 - see above
    from http_source.rest.worker import Worker  # noqa: PLC0415 - see above

    # A storage that is away is a reason not to start, in words.
    instance.get_daemon_heartbeats()
    app = application(Worker(instance, settings.listening.address, reloader=reloader))
    who = "everybody on this machine" if settings.access.is_open else "clients that sign in"
    _log.info("Serving the connectors in %s at %s, to %s. Ctrl-C or SIGTERM ends it; polling continues.",
              folder().resolve(), settings.url, who)
    if settings.warning:
        _log.warning(settings.warning)
    with exporting(app.state.metrics):
        serve(app, settings)
    leave()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text} is not a port: expected a number from 0 to {_LAST_PORT}")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of requests: expected 0 or more")
    return rate
