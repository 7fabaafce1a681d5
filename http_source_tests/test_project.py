"""The files beside the package: what is installed, and the instance of Dagster that `dagster dev` starts here."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import dagster as dg
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from http_source.demo.options import PROJECT

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[0-9][A-Za-z0-9.+!]*)")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def runtime_requirements() -> list[Requirement]:
    return [Requirement(each) for each in PYPROJECT["project"]["dependencies"]]


def extra_requirements() -> list[Requirement]:
    """What the extras bring; the one that is all of them names the package itself."""
    named = [Requirement(each) for extra in PYPROJECT["project"]["optional-dependencies"].values() for each in extra]
    return [each for each in named if each.name != PYPROJECT["project"]["name"]]


def requirements() -> list[Requirement]:
    """Every direct dependency: of the package, of each extra, and of each development group."""
    named = [each for group in PYPROJECT["dependency-groups"].values() for each in group if isinstance(each, str)]
    every = runtime_requirements() + extra_requirements() + [Requirement(each) for each in named]
    return list({str(each): each for each in every}.values())


def imported_packages() -> set[str]:
    """Top-level packages that the connector imports and Python does not bring."""
    trees = (ast.parse(module.read_text()) for module in (ROOT / "http_source").rglob("*.py"))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"http_source"}


def constraint_lines() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins() -> dict[str, str]:
    return {canonicalize_name(pin["name"]): pin["version"] for line in constraint_lines() if (pin := PIN.fullmatch(line))}


def test_constraints_hold_names_and_exact_versions_and_nothing_else() -> None:
    assert [line for line in constraint_lines() if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_constraints_pin_every_dependency_within_its_bounds(requirement: Requirement) -> None:
    assert pins()[canonicalize_name(requirement.name)] in requirement.specifier


def test_every_package_the_connector_imports_is_declared() -> None:
    distributions = packages_distributions()
    declared = {canonicalize_name(requirement.name) for requirement in (*runtime_requirements(), *extra_requirements())}
    # Several distributions may share a top-level name, as `google` is.
    undeclared = {name for name in imported_packages() if declared.isdisjoint(map(canonicalize_name, distributions[name]))}
    assert undeclared == set()


def test_dependencies_have_lower_bounds_only_but_for_the_driver_that_postgresql_means() -> None:
    bounds = {(requirement.name, bound.operator) for requirement in requirements() for bound in requirement.specifier}
    assert {bound for bound in bounds if bound[1] != ">="} == {("sqlalchemy", "<")}


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance that a copy of `dagster.yaml` describes, in a folder of its own."""
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def test_every_part_the_daemon_needs_is_there(instance: dg.DagsterInstance) -> None:
    """The daemon loads these late and hangs without a word when one is misnamed."""
    parts = [instance.run_coordinator, instance.run_launcher, instance.compute_log_manager]
    assert [type(part).__name__ for part in parts] == ["QueuedRunCoordinator", "DefaultRunLauncher", "LocalComputeLogManager"]
    assert {"SENSOR", "QUEUED_RUN_COORDINATOR", "MONITORING"} <= set(instance.get_required_daemon_types())


def test_b182_no_task_and_no_successor_waits_for_another_and_a_backfill_takes_few_runs_at_a_time(instance: dg.DagsterInstance) -> None:
    queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    assert queue.max_concurrent_runs == -1
    assert queue.tag_concurrency_limits == [{"key": "dagster/backfill", "limit": 10}]


def test_nothing_is_sent_home_and_nothing_covers_the_ui(instance: dg.DagsterInstance) -> None:
    assert (instance.telemetry_enabled, instance.nux_enabled) == (False, False)


def test_state_is_kept_beside_the_file(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    """A second instance in the same folder finds what the first one stored."""
    instance.add_dynamic_partitions("entities", ["countries"])
    with dg.DagsterInstance.from_config(str(tmp_path)) as restarted:
        assert restarted.get_dynamic_partitions("entities") == ["countries"]
    assert {path.name for path in tmp_path.iterdir()} == {"dagster.yaml", ".dagster"}


def test_b245_make_says_what_the_first_command_installs_and_how_long_it_takes(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    # A make within another one, as here under `make test`, would say in which folder it is.
    command = ["make", "--no-print-directory", ".venv/development", "PYTHON=true", "PIP=echo pip"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line.split(" into .venv")[0] for line in said if not line.startswith("pip")] == [
        "Installing http-source and the packages it needs", "Installing what the tests and checks need",
    ]  # fmt: skip
    assert [line.startswith("pip") for line in said] == [False, True, True, False, True]
    assert all(" minute, this time only." in line for line in said if not line.startswith("pip"))
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "Installing" not in again


@pytest.mark.parametrize(("wish", "port"), [([], 3000), (["PORT=3001"], 3001)])
def test_make_moves_the_ui_of_the_demo_if_it_is_asked_to(wish: list[str], port: int) -> None:
    environment = os.environ | {"PORT": "8080"}  # as some hosts set it, for another purpose
    command = ["make", "--dry-run", "--no-print-directory", "demo", *wish]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == f".venv/bin/http-source demo --port {port}"


def test_the_settings_in_the_package_are_those_at_the_top() -> None:
    """Links, which a download without them would turn into a line of text."""
    for name in ("dagster.yaml", "workspace.yaml"):
        assert (PROJECT / name).read_text() == (ROOT / name).read_text()
