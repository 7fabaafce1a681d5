"""Apicurio Registry, a Schema Registry that is not ours: copied from Maven Central, run on ports of its own, killed after the tests."""

import os
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.java import find_java, memory
from http_source_tests.real_servers.maven import PLUGIN, installed, run_maven
from http_source_tests.waiting import until

VERSION = "3.3.3"
OLDEST_JAVA = 21
"""What that version's classes are compiled for."""

_ARTIFACT = f"io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"


def install() -> tuple[str, Path]:
    """Copy the registry into the cache, or find it there; the Java to run it with, and its folder. Skips the test where one is missing."""
    program = f"Apicurio Registry {VERSION}"
    java = find_java(OLDEST_JAVA, program)
    return java, installed(f"apicurio-registry-{VERSION}", program, _copy)


@contextmanager
def apicurio(java: str, program: Path, folder: Path) -> Iterator[str]:
    """Run the registry, everything in memory, at level BACKWARD; the URL of the API that Confluent's clients speak."""
    port, management = free_port(0), free_port(0)
    url = f"http://127.0.0.1:{port}/apis/ccompat/v7"
    command = [java, *memory(folder), *_ports(port, management), "-jar", str(program / "quarkus-run.jar")]
    log = folder / "apicurio.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    try:
        until(lambda: _takes_level(process, url, log))
        yield url
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _copy(folder: Path) -> None:
    run_maven(f"{PLUGIN}:copy", f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}")
    archive = next(folder.glob("*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()


def _ports(port: int, management: int) -> list[str]:
    host = "127.0.0.1"
    settings = {"http.host": host, "http.port": port, "management.host": host, "management.port": management}
    return [f"-Dquarkus.{name}={value}" for name, value in settings.items()]


def _takes_level(process: "subprocess.Popen[bytes]", url: str, log: Path) -> bool:
    assert process.poll() is None, f"Apicurio Registry ended by itself:\n{log.read_text()}"
    with suppress(requests.ConnectionError), requests.put(f"{url}/config", json={"compatibility": "BACKWARD"}, timeout=5) as answer:
        return answer.ok
    return False
