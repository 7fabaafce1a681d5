"""The command `status` and the folders it is run in."""

from argparse import Namespace
from pathlib import Path

import pytest

from http_source.commands.folder import connector_names
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


def test_an_unknown_name_is_wrong_usage(make: Make, home: Path, show: Show) -> None:
    make()
    assert show("order") == (2, f"There is no connector 'order' in {home / 'connectors'}, but orders. Did you mean orders?\n")


def test_a_folder_without_connectors_is_wrong_usage(home: Path, show: Show) -> None:
    code, said = show()
    assert (code, said.count("\n")) == (2, 1)
    assert f"no configuration file (*.json) in {home / 'connectors'}" in said


@pytest.mark.parametrize(("named", "sentence"), [("", "There is no dagster.yaml in"), ("none", "has to be the absolute path of a folder")])
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
    assert connector_names("o", parsed_args=Namespace()) == ["orders"]


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
