"""What a configuration asks for and an installation lacks is a mistake of the configuration, named by its property."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from http_source.config.extras import EXTRAS
from http_source_tests.config.samples import ROUTER, VALID, XPATH

ROOT = Path(__file__).parents[2]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
MODULES = sorted({module for modules in EXTRAS.values() for module in modules.values()})

READ = """
import json, sys
lacking, given = json.loads(sys.argv[1])
sys.modules.update(dict.fromkeys(lacking))
from http_source.assembly.loading import load_config
from http_source.errors import ConfigurationError
try:
    load_config(given)
except ConfigurationError as error:
    print(*error.findings, sep="\\n")
"""
PLAIN_TRANSFORMS = {
    "transforms": "topic,drop", "transforms.topic.type": "io.confluent.connect.transforms.ExtractTopic$Value",
    "transforms.topic.field": "$.a", "transforms.topic.field.format": "JSON_PATH",
    "transforms.drop.type": "org.apache.kafka.connect.transforms.RegexRouter",
    "transforms.drop.regex": "(.*)", "transforms.drop.replacement": "$1",
}  # fmt: skip


def mistakes(changes: Mapping[str, object], *lacking: str) -> list[str]:
    """What is said of a configuration in a process that does not find these modules."""
    command = [sys.executable, "-c", READ, json.dumps([lacking, {**VALID, **changes}])]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_what_its_features_look_for(extra: str) -> None:
    assert sorted(EXTRAS[extra]) == sorted(Requirement(each).name for each in DECLARED[extra])


def test_the_extra_all_brings_all_that_a_configuration_may_ask_for() -> None:
    (whole,) = map(Requirement, DECLARED["all"])
    assert whole.extras == {*EXTRAS, "compression"}


@pytest.mark.parametrize("format_", ["AVRO", "JSON_SR", "PROTOBUF"])
def test_b241_a_format_with_schemas_needs_the_extra_of_the_registry(format_: str) -> None:
    said = f"output.data.format={format_} needs authlib, httpx2, which are not installed; run pip install"
    assert mistakes({"output.data.format": format_}, "authlib", "httpx2") == [f'output.data.format: {said} "http-source[registry]".']


def test_b241_keys_with_schemas_need_it_too() -> None:
    converter = "io.confluent.connect.avro.AvroConverter"
    changes = {"key.converter": converter, "record.key.json.pointer": "/id", **PLAIN_TRANSFORMS}
    said = f'key.converter={converter} needs cachetools, which is not installed; run pip install "http-source[registry]".'
    assert mistakes(changes, "cachetools") == [f"key.converter: {said}"]


@pytest.mark.parametrize(("changes", "name", "module", "package"), [
    (XPATH, "transforms.xml.type", "lxml", "lxml"),
    (ROUTER, "transforms.route.type", "re2", "google-re2"),
])  # fmt: skip
def test_b241_a_transform_says_which_extra_it_needs(changes: Mapping[str, object], name: str, module: str, package: str) -> None:
    said = f'{changes[name]} needs {package}, which is not installed; run pip install "http-source[transforms]".'
    assert mistakes(changes, module) == [f"{name}: {said}"]


@pytest.mark.parametrize("changes", [XPATH, ROUTER, {"output.data.format": "JSON_SR"}], ids=["xpath", "router", "registry"])
def test_with_its_extra_each_is_taken(changes: Mapping[str, object]) -> None:
    assert mistakes(changes) == []


@pytest.mark.parametrize("changes", [{}, PLAIN_TRANSFORMS, {"value.converter.schemas.enable": "true"}], ids=["plain", "changed", "inline"])
def test_what_asks_for_no_extra_needs_none(changes: Mapping[str, object]) -> None:
    assert mistakes(changes, *MODULES) == []
