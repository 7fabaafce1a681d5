"""The command `http-source migrate`."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source.config.properties import PROPERTIES
from http_source_tests.migration.moves import CASTORM, SELF_MANAGED, V2

SECRET = "5ec4e7-5ec4e7"


def write(file: Path, properties: dict[str, Any]) -> Path:
    file.write_text(json.dumps(properties), encoding="utf-8")
    return file


def test_a_configuration_goes_to_stdout_and_what_is_to_be_said_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", str(write(tmp_path / "old.json", CASTORM))]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["url"] == "https://api.example.com/orders"
    assert err.startswith("A configuration of castorm's kafka-connect-http.\norders: valid\n")


def test_what_is_written_is_valid_with_the_variables_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write(tmp_path / "old.json", {**SELF_MANAGED, "auth.type": "bearer", "bearer.token": SECRET})
    assert main(["migrate", str(old), "-o", str(tmp_path / "new.json")]) == 0
    said, _ = capsys.readouterr()
    assert "Set the environment variables MESSAGES_BEARER_TOKEN to the values that the old configuration has in their places." in said
    assert SECRET not in said + (tmp_path / "new.json").read_text()
    monkeypatch.setenv("MESSAGES_BEARER_TOKEN", SECRET)
    assert main(["validate", str(tmp_path / "new.json")]) == 0


def test_each_api_has_a_file_in_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two = {**V2, "apis.num": "2", "api2.http.api.path": "/refunds", "api2.topics": "refunds", "api2.http.initial.offset": "0"}
    old = write(tmp_path / "old.json", two)
    assert main(["migrate", str(old), "-o", str(tmp_path / "connectors")]) == 0
    assert sorted(file.name for file in (tmp_path / "connectors").iterdir()) == ["shop-api1.json", "shop-api2.json"]
    assert main(["validate", str(tmp_path / "connectors")]) == 0
    capsys.readouterr()
    assert main(["migrate", str(old)]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["shop-api1", "shop-api2"]


def test_one_file_for_two_apis_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old.json", {**V2, "apis.num": "2", "api2.http.api.path": "/refunds", "api2.topics": "refunds"})
    assert main(["migrate", str(old), "-o", str(tmp_path / "new.json")]) == 2
    assert "name a folder" in capsys.readouterr().err


def test_what_needs_a_hand_is_written_and_told_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old.json", {**CASTORM, "http.offset.initial": "key=a"})
    assert main(["migrate", str(old)]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["name"] == "orders"
    assert err.splitlines()[1:3] == [
        "orders: needs changes by hand",
        "  correct http.offset.initial: It has no timestamp: set http.initial.offset to what the first request shall send.",
    ]


def test_a_mistake_that_stays_is_one_sentence_for_its_property(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old.json", {**SELF_MANAGED, "request.interval.ms": "5", "tasks.max": "0"})
    assert main(["migrate", str(old), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (connector,) = document["connectors"]
    assert (document["predecessor"], connector["valid"]) == ("Confluent's HTTP Source connector", False)
    assert [each["property"] for each in connector["findings"]] == ["tasks.max", "request.interval.ms"]


def test_a_variable_that_is_elsewhere_keeps_nothing_from_being_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old.json", {**SELF_MANAGED, "auth.type": "bearer", "bearer.token": "${env:NOT_SET_HERE}"})
    assert main(["migrate", str(old), "--json"]) == 0
    (connector,) = json.loads(capsys.readouterr().out)["connectors"]
    assert [each["severity"] for each in connector["findings"]] == ["warning"]


def test_a_file_that_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old.json", CASTORM)
    assert main(["migrate", str(old), "-o", str(old)]) == 1
    assert "already exists" in capsys.readouterr().err
    assert json.loads(old.read_text()) == CASTORM
    assert main(["migrate", str(old), "-o", str(old), "--force"]) == 0


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", str(tmp_path / "none.json")]) == 1
    assert "cannot be read: No such file or directory." in capsys.readouterr().err


def test_a_configuration_comes_from_a_pipe_too() -> None:
    text = "".join(f"{name}={value}\n" for name, value in SELF_MANAGED.items())
    command = [sys.executable, "-m", "http_source.cli", "migrate", "-"]
    ended = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert (ended.returncode, json.loads(ended.stdout)["name"]) == (0, "messages")


def test_validate_says_what_reads_a_file_that_is_not_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.properties"
    file.write_text("name=a\n")
    assert main(["validate", str(file)]) == 1
    assert "`http-source migrate FILE` reads Java properties" in capsys.readouterr().out


def test_the_page_about_migrating_shows_what_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "migrating.md").read_text(encoding="utf-8")
    console, old, new = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in ("", "properties", "json"))  # type: ignore[index]
    monkeypatch.chdir(tmp_path)
    Path("connectors").mkdir()
    Path("old.properties").write_text(old, encoding="utf-8")
    command, _, said = console.partition("\n")
    assert main(command.removeprefix("$ http-source ").split()) == 0
    assert capsys.readouterr().out == said
    assert json.loads(Path("connectors/orders.json").read_text(encoding="utf-8")) == json.loads(new)
    moved = re.search(r"```\n +\$ http-source (offsets set .*)\n(.*\n) +```", page)
    assert moved
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    assert main(moved[1].split()) == 0
    assert capsys.readouterr().out.split() == moved[2].split()


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_no_secret_of_the_old_configuration_is_written_or_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    secrets = {name: SECRET for name, known in PROPERTIES.items() if known.secret}
    placed = {
        "url": f"https://api.example.com/x?api_key={SECRET}&from=${{offset}}", "http.request.parameters": f"token={SECRET}",
        "http.request.headers": f"Authorization: Basic {SECRET}|X-Api-Key: {SECRET}", "http.request.body": f'{{"password": "{SECRET}"}}',
        "http.request.sensitive.headers": f"X-Other: {SECRET}",
    }
    castorm = {
        "http.auth.password": SECRET, "http.auth.type": "Basic", "http.client.proxy.password": SECRET,
        "http.client.keystore.password": SECRET,
        "http.request.headers": f"Authorization: Bearer {SECRET}, Accept: a/b", "http.request.params": f"api_key={SECRET}",
    }
    v2 = {**V2, **secrets, "api1.http.request.headers": f"Cookie: {SECRET}"}
    for properties in ({**SELF_MANAGED, **secrets, **placed}, {**CASTORM, **castorm}, v2):
        main(["migrate", str(write(tmp_path / "old.json", properties)), *flags])
        assert SECRET not in "".join(capsys.readouterr())
