"""What wheel and source distribution hold, and that each says what it is."""

import shutil
import subprocess
import tomllib
from email import message_from_bytes
from email.message import Message
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from http_source_tests.package.built import ROOT, build, unpacked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an unpacked source distribution."""
    return unpacked(build("sdist", ROOT, tmp_path_factory.mktemp("sdist")), tmp_path_factory.mktemp("source"))


def names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as packed:
        return set(packed.namelist())


def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as packed:
        return message_from_bytes(packed.read(next(name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))))


def in_repository() -> set[str]:
    """The files that the repository has, or will have with the next commit."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("which files belong to the repository is known in a clone, with git; this is none, or git is not installed")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in listed if (ROOT / name).is_file()}


def test_b241_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    held = {name for name in names(wheel) if ".dist-info/" not in name}
    assert {name.partition("/")[0] for name in held} == {"http_source"}
    assert {"http_source/py.typed", "http_source/cli.py"} <= held


def test_b241_the_source_distribution_is_the_repository(source: Path) -> None:
    """So `make demo` and `make test` run in it."""
    held = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    assert held - {"PKG-INFO"} == in_repository()


def test_b241_a_wheel_built_from_the_source_distribution_is_that_of_the_repository(wheel: Path, source: Path, tmp_path: Path) -> None:
    assert build("wheel", source, tmp_path).read_bytes() == wheel.read_bytes()


def test_b241_the_page_on_an_index_is_not_empty(wheel: Path) -> None:
    said = metadata(wheel)
    assert said.get_payload(decode=True) == (ROOT / "README.md").read_bytes()
    assert said["Description-Content-Type"] == "text/markdown"
    assert (said["Name"], said["License-Expression"], said["Requires-Python"]) == ("http-source", "Apache-2.0", ">=3.11")
    assert "Typing :: Typed" in said.get_all("Classifier", [])


def test_the_version_comes_from_one_place(wheel: Path) -> None:
    """Whoever asks an installation gets that of pyproject.toml; the change log has a section for it."""
    assert metadata(wheel)["Version"] == PROJECT["version"] == version("http-source")
    assert f" {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
