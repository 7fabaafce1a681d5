"""The command `http-source init`, with options and at a terminal."""

import json
from pathlib import Path
from typing import Any

import pytest

from http_source.assembly.loading import load_config
from http_source.cli import main
from http_source.config.properties import PROPERTIES, OffsetMode
from http_source_tests.commands.terminal import at_terminal

URL = "https://api.example.com/v1/orders"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to write into."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("mode", OffsetMode)
def test_what_is_written_for_a_mode_is_valid_without_a_doubt(folder: Path, mode: OffsetMode) -> None:
    assert main(["init", "--mode", mode, "--url", URL]) == 0
    assert load_config(folder / "orders.json").config.offsets.mode is mode
    assert main(["validate", "--strict", "orders.json"]) == 0


@pytest.mark.parametrize("mode", OffsetMode)
def test_every_property_is_explained_beside_its_value(folder: Path, mode: OffsetMode, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--mode", mode, "--url", URL]) == 0
    told = capsys.readouterr().out
    assert all(f"{name} = {value}\n  {PROPERTIES[name].doc}\n" in told for name, value in written(folder / "orders.json").items())
    assert told.endswith("Wrote orders.json. Next: http-source preview orders.json\n")


def test_other_properties_can_be_set(folder: Path) -> None:
    arguments = ["--url", URL + "/${entityName}?from=${offset}", "--set", "entity.names=a, b", "--set", "retry.backoff.ms=500"]
    assert main(["init", *arguments, "--name", "shop", "--output", "x.json"]) == 0
    config = load_config(folder / "x.json").config
    assert (config.request.entities, config.retry.backoff_ms, config.request.parameters) == (("a", "b"), 500, None)
    assert [config.output.topic_of(entity) for entity in config.request.entities] == ["shop.a", "shop.b"]


def test_all_of_it_is_told_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--url", URL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "orders.json"
    assert {"name": "url", "value": URL, "description": PROPERTIES["url"].doc} in told["properties"]


def test_a_dash_writes_the_configuration_to_stdout_and_explains_it_on_stderr(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--url", URL, "--output", "-"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["name"] == "orders"
    assert PROPERTIES["url"].doc in shown.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("output", [[], ["--output", "orders.json"]])
def test_a_file_that_is_there_is_replaced_only_by_force(folder: Path, output: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "orders.json").write_text("mine")
    assert main(["init", "--url", URL, *output]) == 1
    assert "--force" in capsys.readouterr().err
    assert (folder / "orders.json").read_text() == "mine"
    assert main(["init", "--url", URL, *output, "--force"]) == 0
    assert written(folder / "orders.json")["url"] == URL


def test_a_link_that_leads_nowhere_is_a_file_that_is_there(folder: Path) -> None:
    (folder / "orders.json").symlink_to(folder / "elsewhere.json")
    assert main(["init", "--url", URL]) == 1
    assert not (folder / "elsewhere.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "give --url"),
        (["--url", URL + "/${entityName}"], 2, "--set entity.names="),
        (["--url", URL, "--set", "auth.type=basic"], 2, "--set connection.user=, --set connection.password="),
        (["--url", URL, "--set", "auth.type=digest"], 2, "--set connection.user=, --set connection.password="),
        (["--url", URL, "--set", "auth.type=hmac"], 2, "--set hmac.secret=, --set hmac.template="),
        (["--url", URL, "--set", "auth.type=aws_sigv4"], 2, "--set aws.region="),
        (["--url", URL, "--json", "--output", "-"], 2, "leave out --json"),
        (["--url", "ftp://example.com/x"], 1, "url: "),
        (["--url", URL, "--set", "http.initial.offset=first", "--set", "bogus=1"], 1, "2 mistakes"),
        (["--url", URL, "--set", "http.offset.mode=GUESS"], 1, "http.offset.mode: "),
        (["--url", URL, "--output", "none/orders.json"], 1, "cannot be written"),
    ],
)
def test_what_makes_no_valid_configuration_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    assert main(["init", *arguments]) == code
    shown = capsys.readouterr()
    assert told in shown.out + shown.err
    assert list(folder.iterdir()) == []


def test_a_file_with_a_secret_is_its_owners_and_the_secret_is_not_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = ["--set", "auth.type=bearer", "--set", "bearer.token=canary", "--set", "http.request.headers=X-Key:canary"]
    assert main(["init", "--url", URL + "?api_key=canary", *secrets]) == 0
    assert "canary" not in "".join(capsys.readouterr())
    assert written(folder / "orders.json")["bearer.token"] == "canary"
    assert (folder / "orders.json").stat().st_mode & 0o777 == 0o600


ANSWERS = (
    ("http.offset.mode", "chaining"),
    ("url: ", URL),
    ("topic.name.pattern [shop]", ""),
    ("http.request.parameters [after=${offset}&limit=100]", "since=${offset}"),
    ("http.initial.offset", ""),
    ("http.response.data.json.pointer", "/items"),
    ("http.offset.json.pointer", ""),
    ("request.interval.ms", "fast"),
    ("request.interval.ms", "5000"),
    ("auth.type", "basic"),
    ("connection.user", ""),
    ("connection.user", "me"),
    ("connection.password", "canary"),
)


def test_a_person_is_asked_for_what_no_option_says(folder: Path) -> None:
    with at_terminal("--name", "shop") as person:
        for question, answer in ANSWERS:
            person.answer(question, f"{answer}\n")
        out, err = person.process.communicate()
    assert person.process.returncode == 0
    assert b"canary" not in out + err + person.seen
    config = load_config(folder / "shop.json").config
    assert (config.offsets.mode, config.request.parameters, config.offsets.data_pointer) == ("CHAINING", "since=${offset}", "/items")
    assert (config.pace.request_interval_ms, config.auth.user) == (5000, "me")


def test_a_wrong_answer_is_explained_and_asked_again() -> None:
    with at_terminal("--url", URL) as person:
        person.answer("http.offset.mode", "GUESS\n")
        person.answer("http.offset.mode", "\n")
        person.answer("name [orders]", "a/b\n")
        person.answer("name [orders]", "\x04")
        person.process.communicate()
    words = b"String must be one of (case insensitive): SIMPLE_INCREMENTING, CHAINING, CURSOR_PAGINATION, PAGE_NUMBER, TIME_WINDOW."
    assert words in person.seen
    assert b"A name has no control characters, no / and no" in person.seen


def test_a_person_who_leaves_has_written_nothing(folder: Path) -> None:
    end_of_input = "\x04"
    with at_terminal() as person:
        person.answer("http.offset.mode", end_of_input)
        _, err = person.process.communicate()
    assert person.process.returncode == 1
    assert b"nothing was written" in err
    assert list(folder.iterdir()) == []
