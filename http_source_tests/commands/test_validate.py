"""The command `http-source validate`."""

import json
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source_tests.config.samples import VALID

MISTAKES: dict[str, object] = {
    "connector.class": "HttpSink",
    "name": "a/b",
    "tasks.max": "0",
    "kafka.auth.mode": "KEY",
    "kafka.api.key": "only-the-key",
    "url": "ftp://example.com",
    "entity.names": "a,,b",
    "http.request.method": "PUT",
    "http.request.headers": "no colon",
    "http.request.parameters": "=1",
    "auth.type": "kerberos",
    "http.connect.timeout.ms": "0",
    "http.request.timeout.ms": "soon",
    "http.response.max.bytes": "-1",
    "http.response.data.json.pointer": "data.items",
    "http.offset.mode": "GUESS",
    "use.http.offset.json.pointer.as.string": "yes",
    "http.cursor.end": "never",
    "http.next.page.allowed.hosts": "https://other.example.com",
    "request.interval.ms": "99",
    "max.in.flight.requests": "1001",
    "max.retries": "-1",
    "retry.backoff.ms": "1",
    "retry.on.status.codes": "500-400",
    "topic.nmae.pattern": "orders",
}
"""25 of them; `kafka.api.secret`, `topic.name.pattern` and `output.data.format` are missing besides."""

ALONE = """
import sys
sys.addaudithook(lambda event, _: sys.exit(f"asked the network: {event}") if event in {"socket.connect", "socket.getaddrinfo"} else None)
from http_source.cli import main
status = main(["validate", sys.argv[1]])
print(*sorted({"confluent_kafka", "dagster"} & sys.modules.keys()))
sys.exit(status)
"""


def write(file: Path, **changes: object) -> Path:
    file.write_text(json.dumps({**VALID, **{name.replace("_", "."): value for name, value in changes.items()}}), encoding="utf-8")
    return file


def validated(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    """The exit code, and what is printed for machines."""
    code = main(["validate", "--json", *map(str, arguments)])
    return code, json.loads(capsys.readouterr().out)


def test_a_valid_file_is_ok(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "orders.json")
    assert main(["validate", str(file)]) == 0
    assert capsys.readouterr() == (f"{file}: OK\n", "")


def test_every_mistake_of_every_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, good, other = write(tmp_path / "a.json", tasks_max="0", bogus="1"), write(tmp_path / "b.json"), write(tmp_path / "c.json", name="")
    assert main(["validate", str(one), str(good), str(other)]) == 1
    told = capsys.readouterr().out
    assert f"{one}: 2 mistakes\n" in told
    assert "\n  tasks.max: Invalid value 0 for configuration tasks.max: Value must be at least 1.\n" in told
    assert f"{good}: OK\n" in told
    assert f"{other}: 1 mistake\n  name: " in told


def test_25_mistakes_are_25_findings_at_once_without_a_request_and_without_dagster(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(MISTAKES))
    ended = subprocess.run([sys.executable, "-c", ALONE, str(file)], capture_output=True, text=True, check=False)
    first, *findings, heavy = ended.stdout.splitlines()
    assert (ended.returncode, ended.stderr, heavy) == (1, "", "")
    assert first.startswith(f"{file}: ")
    assert {line.strip().partition(":")[0] for line in findings} >= set(MISTAKES) - {"kafka.api.key"} | {"kafka.api.secret"}


def test_a_folder_stands_for_the_json_files_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("b", "a"):
        write(tmp_path / f"{name}.json", name=name)
    (tmp_path / "notes.txt").write_text("no configuration")
    code, verdicts = validated(capsys, tmp_path, tmp_path / "a.json")
    assert code == 0
    assert [verdict["file"] for verdict in verdicts] == [str(tmp_path / "a.json"), str(tmp_path / "b.json")]


def test_a_folder_without_configurations_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tmp_path)]) == 1
    assert "There is no configuration file (*.json) in this folder." in capsys.readouterr().out


def test_b167_two_connectors_of_one_folder_have_different_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a.json")
    write(tmp_path / "b.json")
    code, (first, second) = validated(capsys, tmp_path)
    assert (code, first["valid"], second["valid"]) == (1, False, False)
    assert "The connector spaces is in b.json as well, so none of them is started" in first["findings"][0]["message"]
    assert "The connector spaces is in a.json as well, so none of them is started" in second["findings"][0]["message"]


def test_b167_without_a_file_the_connectors_of_the_folder_are_validated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_SOURCE_CONNECTORS", str(tmp_path))
    write(tmp_path / "a.json")
    write(tmp_path / ".a.json")
    code, (verdict,) = validated(capsys)
    assert (code, verdict["file"]) == (0, str(tmp_path / "a.json"))


def test_the_same_connector_in_two_folders_is_no_mistake(tmp_path: Path) -> None:
    for folder in ("staging", "production"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "orders.json")
    assert main(["validate", str(tmp_path / "staging"), str(tmp_path / "production")]) == 0


@pytest.mark.parametrize(("flags", "code", "valid"), [([], 0, True), (["--strict"], 1, False)])
def test_a_warning_is_a_mistake_only_when_strict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str], code: int, valid: bool  # noqa: FBT001
) -> None:
    file = write(tmp_path / "orders.json", **{"http.request.body": "{}"})
    ended, (verdict,) = validated(capsys, *flags, file)
    assert (ended, verdict["valid"]) == (code, valid)
    assert [(each["property"], each["severity"]) for each in verdict["findings"]] == [("http.request.body", "warning")]


def test_warnings_are_shown_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "orders.json", **{"http.request.body": "{}"})
    assert main(["validate", str(file)]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: OK, 1 warning\n  warning: http.request.body: ")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1,}', "\udcff"])
def test_a_file_that_is_no_configuration_is_told_as_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    code, (verdict,) = validated(capsys, file)
    assert (code, len(verdict["findings"])) == (1, 1)


def test_a_file_that_is_not_there_is_told_as_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (verdict,) = validated(capsys, tmp_path / "none.json")
    assert (code, verdict["valid"]) == (1, False)
    assert "There is no such file" in verdict["findings"][0]["message"]


def test_a_secret_in_a_wrong_file_is_not_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "s3cret-canary\n"
    file = write(tmp_path / "orders.json", auth_type="bearer", bearer_token=secret, url=f"http://me:{secret}@host/", tasks_max="x")
    assert main(["validate", str(file)]) == 1
    assert "canary" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "address", "warns"),
    [
        ({"output_data_format": "AVRO"}, "", True),
        ({"output_data_format": "AVRO"}, "http://registry:8081", False),
        ({"output_data_format": "AVRO", "value_converter_schema_registry_url": "http://registry:8081"}, "", False),
        ({}, "", False),
    ],
)
def test_a_schema_registry_that_no_variable_names_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], address: str, *, warns: bool
) -> None:
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", address)
    with redirect_stdout(StringIO()) as said:
        assert main(["validate", str(write(tmp_path / "orders.json", **changes))]) == 0
    assert ("output.data.format: It needs a Schema Registry, and SCHEMA_REGISTRY_URL is not set here." in said.getvalue()) == warns
