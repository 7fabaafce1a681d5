"""Programs from Maven Central, copied into the checkout's cache once."""

import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from http_source_tests.real_servers.cache import filled

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"

_DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
_PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>http-source</groupId><artifactId>tests</artifactId><version>1</version>
  <dependencies>{}</dependencies>
</project>
"""


def installed(name: str, program: str, copy: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache, filled by `copy` if it is not there yet. Skips the test where Maven is missing."""

    def fill(folder: Path) -> None:
        if shutil.which("mvn") is None:
            pytest.skip(f"{program} needs Maven: install it (mvn) to run this test")
        copy(folder)

    return filled(f"maven/{name}", fill)


def copy_jars(artifacts: Iterable[tuple[str, str, str]], folder: Path) -> None:
    """The jars of artifacts (group, name, version), and of all they need to run."""
    project = folder / "pom.xml"
    project.write_text(_PROJECT.format("".join(_DEPENDENCY.format(*each) for each in artifacts)), encoding="utf-8")
    run_maven(f"--file={project}", f"{PLUGIN}:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}")


def run_maven(*arguments: str) -> None:
    """Fails with Maven's own words."""
    command = ["mvn", "--quiet", "--batch-mode", *arguments]
    maven = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert maven.returncode == 0, f"{' '.join(command)} failed:\n{maven.stdout}{maven.stderr}"
