"""The Java that programs from Maven Central are run with."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def find_java(oldest: int, program: str) -> str:
    """A Java that is new enough: JAVA_HOME's, the PATH's, or one of those beside it. Skips the test where there is none."""
    for java in _javas(oldest):
        return str(java)
    pytest.skip(f"{program} needs Java {oldest} or later: install a JRE, or set JAVA_HOME, to run this test")


def find_jdk(oldest: int, program: str) -> str:
    """The same with a compiler, so that it runs source files. Skips the test where there is none."""
    for java in _javas(oldest):
        if java.resolve().with_name("javac").exists():
            return str(java)
    pytest.skip(f"{program} needs Java {oldest} or later with its compiler: install a JDK, or set JAVA_HOME, to run this test")


def memory(folder: Path) -> list[str]:
    """A small, quick JVM that writes nothing outside the folder."""
    return ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", f"-Djava.io.tmpdir={folder}"]


def _javas(oldest: int) -> Iterator[Path]:
    named = [Path(os.environ["JAVA_HOME"]) / "bin" / "java"] if "JAVA_HOME" in os.environ else []
    found = [Path(path)] if (path := shutil.which("java")) else []
    for java in (*named, *found, *sorted(Path("/usr/lib/jvm").glob("*/bin/java"))):
        if java.exists() and _version(java) >= oldest:
            yield java


def _version(java: Path) -> int:
    shown = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', shown.stderr)
    return int(version[1]) if version else 0
