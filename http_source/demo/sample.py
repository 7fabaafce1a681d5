"""What a new project polls and writes to, for who has neither: the sample API, and an in-memory Kafka where the project looks for one."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from http_source.demo import api
from http_source.demo.feed import Arrivals
from http_source.demo.interruption import Interrupted, Interruption
from http_source.demo.processes import Service, ServiceFailed, free_port
from http_source.demo.programs import program
from http_source.demo.screen import Row, Screen
from http_source.demo.services import Services
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.deserializer import Deserializer
from http_source.foreign.redactor import Redactor

KAFKA = "127.0.0.1:9092"
"""Where the in-memory Kafka is unless KAFKA_BOOTSTRAP_SERVERS says otherwise."""

_HIGHEST_PORT, _DIGITS = 65_535, 5
_START_SECONDS = 60
_ARRIVAL_SECONDS = 0.1


def run_sample(port: int, screen: Screen) -> int:
    """Serve until a signal comes, show what arrives in the in-memory Kafka, and return the exit status 0.

    Raises:
        ServiceFailed: the API's port is taken, or a process ended by itself.
    """
    _refuse_taken(port)
    with (
        Interruption() as interruption,
        TemporaryDirectory(prefix="http-source-") as folder,
        Services(interruption.pause, _START_SECONDS) as services,
    ):
        try:
            _serve(port, screen, services, Path(folder))
        except Interrupted as reason:
            screen.say(f"\n{reason} Ending what was started.")
        return 0


def _refuse_taken(port: int) -> None:
    if free_port(port) == port:
        return
    other = "" if port == api.DEFAULT_PORT else f" {api.DEFAULT_PORT} is the usual one."
    raise ServiceFailed(
        f"Port {port} of 127.0.0.1 is taken, perhaps by another `http-source sample` or `http-source demo`. End that one, or name another "
        f"port with --port and in the connector's `url`.{other}"
    )


def _serve(port: int, screen: Screen, services: Services, folder: Path) -> None:
    url = services.listening(Service("Sample API", ["-m", "http_source.demo.api", str(port)], folder))
    screen.say(f"API      {url}/orders, a new order every 2 seconds")
    if port != api.DEFAULT_PORT:
        screen.say(f"         A new project's connectors/orders.json asks port {api.DEFAULT_PORT}: write {port} into its url")
    kafka = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "").strip() or KAFKA
    if (own := _own_port(kafka)) is None:
        screen.say(f"Kafka    at {kafka}; this command leaves it alone")
        _wait(screen, services)
    address = services.listening(Service("Kafka", ["-m", "http_source.demo.broker", str(own)], folder))
    screen.say(f"Kafka    in memory, at {address}; its records are gone at the end,")
    screen.say("         and only the newest 5 MB of each partition are kept")
    with Deserializer(RegistryAddress(url=""), Redactor()) as deserializer, Arrivals(kafka, None, deserializer) as arrivals:
        _wait(screen, services, arrivals)


def _own_port(kafka: str) -> int | None:
    """The port for an in-memory Kafka at this address; None where it cannot be: elsewhere, or somebody listens there."""
    host, _, port = kafka.rpartition(":")
    is_port = port.isdecimal() and len(port) <= _DIGITS and int(port) <= _HIGHEST_PORT
    if host not in ("127.0.0.1", "localhost") or not is_port:
        return None
    return int(port) if free_port(int(port)) == int(port) else None


def _wait(screen: Screen, services: Services, arrivals: Arrivals | None = None) -> None:
    screen.say(f"Leave this running. In another terminal: {program('dagster')} dev")
    while True:
        if arrivals:
            arrivals.poll(_ARRIVAL_SECONDS)
            rows = [Row("", "", topic, count, "", arrivals.newest.get(topic, "")) for topic, count in sorted(arrivals.counts.items())]
            if rows:
                screen.show(rows)
        services.breathe()
