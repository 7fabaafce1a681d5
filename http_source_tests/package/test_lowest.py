"""The lower bounds that pyproject.toml declares."""

import subprocess
import sys

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from http_source_tests.package.built import ROOT
from http_source_tests.test_project import extra_requirements, runtime_requirements

VERSIONS = ".cache/lowest/versions.txt"
_OF_HOSTS = {"celery", "dagster-celery", "dagster-k8s"}


def bounds() -> dict[str, Version]:
    """What is declared, but for the extras whose services no test of `make test-lowest` needs."""
    named = [each for each in (*runtime_requirements(), *extra_requirements()) if each.name not in _OF_HOSTS]
    return {canonicalize_name(each.name): Version(bound.version) for each in named for bound in each.specifier if bound.operator == ">="}


def tried() -> dict[str, Version]:
    """What `make test-lowest` installs. Skips the test where no package index answers."""
    command = ["make", f"PYTHON={sys.executable}", VERSIONS]
    made = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if made.returncode and any(said in made.stderr for said in ("Failed to establish a new connection", "error sending request")):
        pytest.skip("pip or uv reaches no package index, so nobody knows which versions go together")
    assert made.returncode == 0, made.stdout + made.stderr
    lines = (line.partition("#")[0].strip() for line in (ROOT / VERSIONS).read_text().splitlines())
    pinned = (Requirement(line) for line in lines if line)
    return {canonicalize_name(each.name): Version(next(iter(each.specifier)).version) for each in pinned}


@pytest.mark.servers
def test_b242_the_bounds_are_the_versions_that_make_test_lowest_tries() -> None:
    """A bound below them would be one that nothing can be installed with."""
    found = tried()
    assert {name: bound for name, bound in bounds().items() if found[name] != bound} == {}


@pytest.mark.parametrize("requirement", runtime_requirements(), ids=str)
def test_b242_what_is_always_installed_has_a_lower_bound(requirement: Requirement) -> None:
    assert [bound.operator for bound in requirement.specifier] == [">="]
