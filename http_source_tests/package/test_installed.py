"""The package as `pip install` leaves it in an empty environment: with the packages it cannot do without, and no clone."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from http_source.config.extras import EXTRAS
from http_source_tests.config.samples import ROUTER, VALID, XPATH
from http_source_tests.package.built import ROOT, build
from http_source_tests.package.environment import Installation, constrained, empty

pytestmark = pytest.mark.servers

IMPORT_ALL = """
import importlib, json, pkgutil, http_source
lacking = {}
for module in pkgutil.walk_packages(http_source.__path__, "http_source."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        lacking[module.name] = error.name
print(json.dumps(lacking))
"""
OF_EXTRAS = ("http_source.edges.registry.", "http_source.edges.auth.aws_signer", "http_source.connect.converters.json_schema")
"""How the modules begin that are imported for a feature of an extra alone."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = empty(tmp_path_factory.mktemp("installed"))
    made.install(*constrained(str(build("wheel", ROOT, tmp_path_factory.mktemp("wheel")))))
    return made


def judged(installation: Installation, changes: Mapping[str, object]) -> tuple[int, str]:
    """What `validate` says of a configuration."""
    file = installation.folder / "shop.json"
    file.write_text(json.dumps({**VALID, **changes}))
    done = installation.run("http-source", "validate", "shop.json")
    return done.status, done.output


def test_b241_it_says_its_version_and_its_commands(installation: Installation) -> None:
    assert installation.run("http-source", "--version").output.startswith("http-source 0.")
    said = installation.run("http-source", "--help")
    assert said.status == 0
    assert "validate" in said.output


def test_b241_it_describes_properties_and_transforms(installation: Installation) -> None:
    assert installation.run("http-source", "describe", "http.offset.mode").output.startswith("http.offset.mode\n")
    assert installation.run("http-source", "describe", str(XPATH["transforms.xml.type"])).output.startswith("com.github.jcustenborder")


def test_b241_it_takes_a_configuration(installation: Installation) -> None:
    assert judged(installation, {}) == (0, "shop.json: OK\n")


@pytest.mark.parametrize(("extra", "changes"), [
    ("registry", {"output.data.format": "AVRO"}),
    ("registry", {"output.data.format": "JSON_SR"}),
    ("transforms", XPATH),
    ("transforms", ROUTER),
    ("aws", {"auth.type": "aws_sigv4", "aws.region": "eu-central-1"}),
])  # fmt: skip
def test_b241_what_needs_an_extra_is_refused_in_a_sentence(installation: Installation, extra: str, changes: Mapping[str, object]) -> None:
    status, said = judged(installation, changes)
    assert (status, said.count("\n")) == (1, 2)
    assert f'installed; run pip install "http-source[{extra}]".' in said


def test_b241_every_module_is_imported_without_the_extras_but_those_of_their_features(installation: Installation) -> None:
    done = installation.run("python", "-c", IMPORT_ALL)
    lacking = json.loads(done.output.splitlines()[-1])
    assert set(lacking.values()) <= {module for modules in EXTRAS.values() for module in modules.values()}
    assert [name for name in lacking if not name.startswith(OF_EXTRAS)] == []


def test_b241_dagster_loads_a_folder_of_connectors(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text(json.dumps(VALID))
    program = "import pathlib, sys, http_source as h; print(*(s.name for s in h.load_connectors(pathlib.Path(sys.argv[1])).sensors))"
    done = installation.run("python", "-c", program, str(tmp_path))
    assert "spaces_sensor" in done.output.split(), done.output


def test_b241_the_source_distribution_can_be_installed_as_well(installation: Installation, tmp_path: Path) -> None:
    """Its wheel is that of the clone, so the other tests find the same, in whatever order they run."""
    installation.install("--no-deps", "--force-reinstall", str(build("sdist", ROOT, tmp_path)))
    assert installation.run("http-source", "--version").status == 0


def test_b240_a_new_project_is_taken_as_it_is(installation: Installation, tmp_path: Path) -> None:
    done = installation.run("http-source", "new", str(tmp_path / "shop"))
    assert done.status == 0, done.output
    elsewhere = replace(installation, folder=tmp_path / "shop")
    assert elsewhere.run("http-source", "validate", "connectors/orders.json").output == "connectors/orders.json: OK\n"


def test_b240_the_demo_runs_and_says_what_it_goes_without(installation: Installation) -> None:
    done = installation.run("http-source", "demo", "--until-records", "5", "--timeout", "900")
    assert done.status == 0, done.output
    assert "Without  invoices.json: output.data.format=AVRO needs" in done.output
    assert "Every topic has 5 records" in done.output
