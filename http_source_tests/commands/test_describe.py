"""The command `http-source describe`."""

import json
import re

import pytest

from http_source.cli import main
from http_source.config.properties import GROUPS, PROPERTIES
from http_source.config.refused import REFUSED
from http_source_tests.config.specification import SPECIFICATION


def test_all_properties_are_described_by_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe"]) == 0
    told = capsys.readouterr().out
    places = [re.search(rf"^  {re.escape(known.name)}( |$)", told, re.MULTILINE).start() for known in PROPERTIES.values()]  # type: ignore[union-attr]
    assert places == sorted(places)
    assert all(known.doc in told for known in PROPERTIES.values())
    assert all(f"\n  {name}" in told and refusal.reason in told for name, refusal in REFUSED.items())


def test_every_property_of_the_specification_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe"]) == 0
    told = capsys.readouterr().out
    assert [each.name for each in SPECIFICATION if f"\n  {each.name}" not in told] == []


@pytest.mark.parametrize("group", GROUPS)
def test_one_group_is_described_alone(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "--group", group, "--json"]) == 0
    assert {known["group"] for known in json.loads(capsys.readouterr().out)} == {group}


def test_one_property_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "request.interval.ms"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("request.interval.ms\n  The time between")
    assert "[100,...]" in told


def test_all_properties_are_there_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert [known["name"] for known in described] == [*PROPERTIES, *REFUSED]
    defaults = {known["name"]: known["default"] for known in described}
    picked = ["url", "tasks.max", "http.offset.mode", "auto.restart.on.user.error", "retry.on.status.codes", "entity.names"]
    assert [defaults[name] for name in picked] == [None, 1, "SIMPLE_INCREMENTING", True, "400-", None]


def test_an_unknown_property_is_told_with_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "task.max"]) == 1
    assert capsys.readouterr() == ("", "task.max: Unknown property. Did you mean tasks.max?\n")


def test_an_unknown_property_is_an_error_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "task.max", "--json"]) == 1
    assert "Did you mean tasks.max?" in json.loads(capsys.readouterr().out)["error"]


def test_a_property_that_is_refused_is_described_by_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "confluent.license", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert described["refused"] is True
    assert "license" in described["description"]


def test_another_name_leads_to_the_property(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "oauth2.client.auth.mode"]) == 0
    assert capsys.readouterr().out.startswith("oauth2.client.auth.mode, another name of oauth2.client.mode\n")


def test_the_class_of_a_transform_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "org.apache.kafka.connect.transforms.Cast$Value"]) == 0
    assert "\n  spec (required)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "told"),
    [("org.apache.kafka.connect.transforms.Cats$Value", "Did you mean"), ("org.apache.kafka.connect.transforms.Cast", "Cast$Key or ")],
)
def test_a_class_that_there_is_not_is_told_with_the_nearest(name: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", name]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--group", "none"], ["url", "--group", "request"]])
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["describe", *arguments])
    assert "usage: http-source describe" in capsys.readouterr().err
