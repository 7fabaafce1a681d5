"""The command `status` and the folders it is run in."""

from argparse import Namespace
from pathlib import Path

import pytest

from http_source.commands.folder import connector_names, entity_names
from http_source_tests.commands.folder import Make, Say, Show, entities
from http_source_tests.orchestration.test_translator import Shop


def test_a_file_with_mistakes_is_failed_and_leaves_the_others_alone(make: Make, home: Path, show: Show) -> None:
    make()
    (home / "connectors" / "bad.json").write_text('{"name": "bad", "url": "ftp://x"}')
    code, said = show()
    assert code == 1
    assert "bad: FAILED, its file has mistakes\n  " in said
    assert "orders: sensor" in said
    assert show("orders")[0] == 0


def test_b167_two_files_with_one_name_are_both_told_and_dot_files_are_not(make: Make, home: Path, show: Show) -> None:
    make()
    original = home / "connectors" / "orders.json"
    for copy in ("old.json", ".orders.json"):
        (home / "connectors" / copy).write_text(original.read_text())
    code, said = show()
    assert code == 1
    assert "old: FAILED, its file has mistakes\n  name: The connector orders is in orders.json as well, so none of them is started" in said
    assert "orders: FAILED, its file has mistakes\n  name: The connector orders is in old.json as well, so none of them is started" in said
    assert said.count("FAILED") == 2


def test_b183_what_asks_no_api_needs_no_secret_of_the_connector(make: Make, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ORDERS_TOKEN", "t0ken")
        make(auth_type="bearer", bearer_token="${env:ORDERS_TOKEN}", entity_names="a").poll()
    code, said = say("status")
    assert (code, "FAILED" in said, "CAUGHT_UP" in said or "WAITING" in said) == (0, False, True)
    assert "Not set in this shell" in said
    assert "bearer.token: ${env:ORDERS_TOKEN} cannot be resolved" in said
    for command in ("show orders", "history orders", "set orders a=5", "reset orders a", "delete orders a"):
        assert say("offsets", *command.split())[0] == 0, command
    assert say("restart", "orders")[0] == 0
    assert entity_names("", Namespace(name="orders")) == ("a",)
    code, said = say("validate", "connectors")
    assert (code, "bearer.token: ${env:ORDERS_TOKEN} cannot be resolved" in said) == (1, True)


def test_an_unknown_name_is_wrong_usage(make: Make, home: Path, show: Show) -> None:
    make()
    assert show("order") == (2, f"Unknown connector 'order' in {home / 'connectors'}. The connectors are orders. Did you mean orders?\n")


def test_a_folder_without_connectors_is_wrong_usage(home: Path, show: Show) -> None:
    code, said = show()
    assert (code, said.count("\n")) == (2, 1)
    assert f"no configuration file (*.json) in {home / 'connectors'}" in said


@pytest.mark.parametrize(("named", "sentence"), [("", "There is no dagster.yaml in"), ("none", "must be the absolute path of a folder")])
def test_where_no_dagster_runs_one_sentence_says_so(
    make: Make, home: Path, show: Show, named: str, sentence: str
) -> None:
    make()
    (home / "dagster.yaml").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", named)
        code, said = show()
    assert (code, said.count("\n")) == (2, 1)
    assert sentence in said


def test_the_folder_that_dagster_home_names_is_read(make: Make, home: Path, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    make()
    other = home / "elsewhere"
    other.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(other))
    assert show()[0] == 0
    assert (other / "history").is_dir()


@pytest.mark.parametrize("settings", ["storage: [", "storage:\n  nothing: 1\n", "storage:\n  sqlite:\n    base_dir: /dev/null/x\n"])
def test_a_storage_that_cannot_be_read_is_told_in_one_line(make: Make, home: Path, show: Show, settings: str) -> None:
    make()
    (home / "dagster.yaml").write_text(settings)
    code, said = show()
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("Dagster's storage cannot be read: ")


@pytest.mark.usefixtures("make")
def test_names_are_completed_from_the_folder(make: Make) -> None:
    make()
    assert connector_names("o", Namespace()) == ["orders"]


def test_b249_commands_find_assets_by_the_keys_of_the_translator(
    make: Make, home: Path, say: Say, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "shop_names.py").write_text(
        "from http_source_tests.orchestration.test_translator import Shop as Names\nclass Shop(Names):\n    pass\n", encoding="utf-8"
    )
    stand = make()
    stand.translator = Shop()
    stand.poll()
    monkeypatch.setenv("HTTP_SOURCE_TRANSLATOR", "shop_names:Shop")
    assert {each["offset"] for each in entities(show).values()} == {10}
    assert say("offsets", "set", "orders", "a=0")[0] == 0
    assert stand.stored("a")
    monkeypatch.setenv("HTTP_SOURCE_TRANSLATOR", "shop_names:Gone")
    code, said = show()
    assert (code, "HTTP_SOURCE_TRANSLATOR: Invalid value shop_names:Gone" in said) == (1, True)


def test_b249_a_translator_names_a_connector_whose_secrets_are_not_in_this_shell(
    make: Make, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ORDERS_TOKEN", "t0ken")
        stand = make(auth_type="bearer", bearer_token="${env:ORDERS_TOKEN}")
        stand.translator = Shop()
        stand.poll()
    monkeypatch.setenv("HTTP_SOURCE_TRANSLATOR", "http_source_tests.orchestration.test_translator:Shop")
    assert {each["offset"] for each in entities(show).values()} == {10}
