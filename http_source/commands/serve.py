"""`http-source serve`: Kafka Connect's REST interface, for the tools that people have."""

import argparse

from http_source.commands.command import Commands, ExitCode, declare
from http_source.commands.folder import opened_instance

_PORT = 8083
_LOOPBACK = "127.0.0.1"


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Serves Kafka Connect's REST interface over the connectors of the folder, beside Dagster; polls nothing itself."
    codes = ("it was told to end", "the port is taken, or Dagster's storage cannot be read")
    parser = declare(commands, "serve", sentence, _run, codes=codes)
    parser.add_argument("--host", default=_LOOPBACK, help=f"the address to listen at; {_LOOPBACK} is this machine alone")
    parser.add_argument("--port", type=int, default=_PORT, help=f"the port; {_PORT} is Connect's")


def _run(arguments: argparse.Namespace) -> int:
    import uvicorn  # noqa: PLC0415 - Dagster, whose parts it serves, takes a second to load

    from http_source.rest.application import application  # noqa: PLC0415 - see above
    from http_source.rest.metrics.opentelemetry import exporting  # noqa: PLC0415 - see above
    from http_source.rest.worker import Worker  # noqa: PLC0415 - see above

    with opened_instance() as instance:
        worker = Worker(instance, f"{arguments.host}:{arguments.port}")
        app = application(worker)
        with exporting(app.state.metrics):
            uvicorn.run(app, host=arguments.host, port=arguments.port, log_level="warning", server_header=False)
    return ExitCode.DONE
