"""Apicurio Registry, a Schema Registry that is not ours: copied from Maven Central, run on ports of its own, killed after the tests."""

import os
import re
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from http_source.demo.processes import free_port
from http_source_tests.demo.waiting import until

VERSION = "3.3.3"
OLDEST_JAVA = 21
"""What that version's classes are compiled for."""

_ARTIFACT = f"io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_CACHE = Path(__file__).parents[2] / ".cache" / "maven" / f"apicurio-registry-{VERSION}"


def install() -> tuple[str, Path]:
    """Copy the registry into the cache, or find it there; the Java to run it with, and its folder. Skips the test where one is missing."""
    java = _java()
    program = _CACHE / "quarkus-run.jar"
    if not program.exists():
        if shutil.which("mvn") is None:
            pytest.skip(f"Apicurio Registry {VERSION} needs Maven: install it (mvn) to run this test")
        _copy()
    return java, _CACHE


@contextmanager
def apicurio(java: str, program: Path, folder: Path) -> Iterator[str]:
    """Run the registry, everything in memory, at level BACKWARD; the URL of the API that Confluent's clients speak."""
    port, management = free_port(0), free_port(0)
    url = f"http://127.0.0.1:{port}/apis/ccompat/v7"
    command = [java, *_memory(folder), *_ports(port, management), "-jar", str(program / "quarkus-run.jar")]
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


def _java() -> str:
    """A Java that is new enough: JAVA_HOME's, the PATH's, or one of those beside it."""
    named = [Path(os.environ["JAVA_HOME"]) / "bin" / "java"] if "JAVA_HOME" in os.environ else []
    found = [Path(path)] if (path := shutil.which("java")) else []
    for java in (*named, *found, *sorted(Path("/usr/lib/jvm").glob("*/bin/java"))):
        if java.exists() and _java_version(java) >= OLDEST_JAVA:
            return str(java)
    pytest.skip(f"Apicurio Registry {VERSION} needs Java {OLDEST_JAVA} or later: install a JRE, or set JAVA_HOME, to run this test")


def _java_version(java: Path) -> int:
    shown = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', shown.stderr)
    return int(version[1]) if version else 0


def _copy() -> None:
    """Unpacked beside its place first, so that a copy that was cut off is never taken for a whole one."""
    partial = _CACHE.with_suffix(f".{os.getpid()}")
    partial.mkdir(parents=True)
    command = ["mvn", "--quiet", "--batch-mode", _COPY, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={partial}"]
    maven = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert maven.returncode == 0, f"mvn did not copy {_ARTIFACT}:\n{maven.stdout}{maven.stderr}"
    archive = next(partial.glob("*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(partial, filter="data")
    archive.unlink()
    with suppress(OSError):  # another process was first
        partial.rename(_CACHE)
    shutil.rmtree(partial, ignore_errors=True)


def _memory(folder: Path) -> list[str]:
    """A small, quick JVM that writes nothing outside the folder."""
    return ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", f"-Djava.io.tmpdir={folder}"]


def _ports(port: int, management: int) -> list[str]:
    host = "127.0.0.1"
    settings = {"http.host": host, "http.port": port, "management.host": host, "management.port": management}
    return [f"-Dquarkus.{name}={value}" for name, value in settings.items()]


def _takes_level(process: "subprocess.Popen[bytes]", url: str, log: Path) -> bool:
    assert process.poll() is None, f"Apicurio Registry ended by itself:\n{log.read_text()}"
    with suppress(requests.ConnectionError), requests.put(f"{url}/config", json={"compatibility": "BACKWARD"}, timeout=5) as answer:
        return answer.ok
    return False
