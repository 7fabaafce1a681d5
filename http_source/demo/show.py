"""The demo: Kafka, a Schema Registry, a sample API and Dagster, each in its own process, and what happens between them, shown live."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from http_source.demo import api, schemas
from http_source.demo.feed import Arrivals, Known, Webserver
from http_source.demo.interruption import Interrupted, Interruption
from http_source.demo.options import DemoOptions
from http_source.demo.processes import Service, free_port
from http_source.demo.programs import program
from http_source.demo.screen import Screen
from http_source.demo.services import Services
from http_source.demo.watch import Watch
from http_source.demo.workplace import DemoEntity, entities_of, environment, left_out, prepare
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.deserializer import Deserializer
from http_source.foreign.redactor import Redactor


def run_demo(options: DemoOptions, screen: Screen) -> int:
    """Run the demo to its end and return the exit status: 0, or 128 + the signal that came before `until_records` was reached.

    Raises:
        ConfigurationError: a connector has mistakes; nothing was started.
        ServiceFailed: a process ended by itself, or too few records arrived in time.
    """
    entities = entities_of(options.connectors)
    for file, findings in left_out(options.connectors).items():
        screen.say(f"Without  {file.name}: {findings[0].message}")
    with (
        Interruption() as interruption,
        TemporaryDirectory(prefix="http-source-") as folder,
        Services(interruption.pause, options.timeout) as services,
    ):
        try:
            _play(options, entities, screen, services, Path(folder))
        except Interrupted as reason:
            screen.say(f"\n{reason} Ending what was started.")
            return 128 + reason.number if options.until_records else 0
        screen.say(f"Every topic has {options.until_records} records, and nothing is FAILED. Ending what was started.")
        return 0


def _play(options: DemoOptions, entities: Sequence[DemoEntity], screen: Screen, services: Services, folder: Path) -> None:
    kafka = services.listening(Service("Kafka", ["-m", "http_source.demo.broker"], folder))
    screen.say(f"Kafka    in memory, at {kafka}")
    registry = services.listening(Service("Schema Registry", ["-m", "http_source.demo.schemas"], folder))
    screen.say(f"Schemas  in memory, at {registry}{_instead(schemas.DEFAULT_PORT, _port_of(registry))}")
    sample = services.listening(Service("Sample API", ["-m", "http_source.demo.api"], folder))
    screen.say(f"API      sample data that grows, at {sample}{_instead(api.DEFAULT_PORT, _port_of(sample))}")
    prepare(folder, options.connectors, sample)
    port = free_port(options.port)
    with (
        Webserver(f"http://127.0.0.1:{port}") as webserver,
        Deserializer(RegistryAddress(url=registry), Redactor()) as deserializer,
        Arrivals(kafka, {entity.topic for entity in entities}, deserializer) as arrivals,
    ):
        screen.say(f"State    {folder}, gone at the end")
        screen.say(f"Status   cd {folder} && {program('http-source')} status")
        screen.say(f"Dagster  starting at port {port}{_instead(options.port, port)}; this takes some ten seconds")
        command = ["-m", "dagster", "dev", "-p", str(port)]
        dagster = services.start(Service("Dagster", command, folder, environment=environment(folder, kafka, registry)))
        services.wait(dagster, lambda: _loaded(dagster, webserver))
        screen.say(f"UI       http://127.0.0.1:{port}")
        screen.say("End      with Ctrl-C; nothing is left behind")
        Watch(entities, arrivals, webserver).follow(screen, services, dagster, options.until_records)


def _loaded(dagster: Service, webserver: Webserver) -> Known | None:
    known = webserver.read()
    if webserver.problem:
        raise dagster.failed(f"could not load the connectors: {webserver.problem.strip()}")
    return known


def _port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def _instead(wanted: int, port: int) -> str:
    return "" if wanted == port else f" (port {wanted} is taken)"
