"""The command `http-source new`: a whole project in a folder that was empty, or nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from http_source.config.properties import PROPERTIES
from http_source_tests.commands.folder import Say
from http_source_tests.demo.waiting import with_package

ROOT = Path(__file__).parents[2]
FILES = {
    ".env", ".env.example", ".gitignore", "README.md", "dagster.yaml", "workspace.yaml", "connectors/orders.json", "connectors/orders.md",
}  # fmt: skip


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def command(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`http-source` in a folder, in a process that was told nothing of Dagster, not even by a shell where it is."""
    environment = {name: value for name, value in with_package().items() if name not in {"PWD", "DAGSTER_HOME"}}
    line = [sys.executable, "-m", "http_source.cli", *arguments]
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_b240_a_project_has_all_that_dagster_needs_and_says_what_comes_next(away: Path, say: Say) -> None:
    code, said = say("new", "my shop")
    assert (code, files(away / "my shop")) == (0, FILES)
    assert [line.split("#")[0].split()[-1] for line in said.splitlines()[1:]] == ["shop'", "sample", "dev"]
    assert not list(away.glob(".http-source-new-*"))


def test_b240_an_empty_folder_becomes_a_project_and_stays_the_folder_that_it_is(away: Path, say: Say) -> None:
    before = away.stat().st_ino
    code, said = say("new", ".")
    assert (code, files(away), away.stat().st_ino) == (0, FILES, before)
    assert "  cd " not in said


def test_b240_a_clone_of_an_empty_repository_becomes_a_project(away: Path, say: Say) -> None:
    (away / ".git").mkdir()
    assert say("new", ".")[0] == 0
    assert (away / "dagster.yaml").is_file()


@pytest.mark.parametrize("name", ["file", "link", "folder"])
def test_b240_what_is_there_is_left_alone(away: Path, say: Say, name: str) -> None:
    (away / "file").write_text("mine")
    (away / "link").symlink_to(away / "nowhere")
    (away / "folder").mkdir()
    (away / "folder" / ".hidden").mkdir()
    before = files(away)
    code, said = say("new", name)
    assert (code, said.count("\n"), files(away)) == (1, 1, before)
    assert "Name a new or an empty folder." in said


def test_b240_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(away: Path, say: Say) -> None:
    code, said = say("new", "none/shop")
    assert (code, said.count("\n"), files(away)) == (1, 1, set())
    assert said.startswith("none/shop cannot be written: ")


def test_b240_a_folder_of_which_the_system_tells_nothing_is_told_in_one_sentence(away: Path, say: Say) -> None:
    code, said = say("new", "x" * 300)
    assert (code, said.count("\n"), files(away)) == (1, 1, set())
    assert said.endswith("x cannot be written: File name too long. Name another folder.\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder: run the tests as another user")
def test_b240_a_folder_that_may_not_be_read_is_told_in_one_sentence(away: Path, say: Say) -> None:
    (away / "shop").mkdir(mode=0)
    code, said = say("new", "shop")
    (away / "shop").chmod(0o700)
    assert (code, said) == (1, "shop cannot be written: Permission denied. Name another folder.\n")


def test_b240_no_name_of_a_file_can_do_anything_to_a_terminal(away: Path, say: Say) -> None:
    (away / "shop").mkdir()
    (away / "shop" / "\x1b[31m").touch()
    assert say("new", "shop") == (1, "shop is not empty; it contains \\x1b[31m. Name a new or an empty folder.\n")


def test_b240_the_settings_of_a_project_are_those_of_the_clone(away: Path, say: Say) -> None:
    say("new", "shop")
    for name in ("dagster.yaml", "workspace.yaml"):
        assert yaml.safe_load((away / "shop" / name).read_text()) == yaml.safe_load((ROOT / name).read_text())
        assert isinstance(yaml.safe_load((ROOT / name).read_text()), dict)


def test_b240_git_gets_neither_secrets_nor_state_but_an_example_of_what_is_needed(away: Path, say: Say) -> None:
    say("new", "shop")
    for path in (".dagster/history/runs.db", ".logs_queue/x", "logs/x", ".tmp_dagster_home_x/x", "__pycache__/x", ".venv/x"):
        (away / "shop" / path).parent.mkdir(parents=True, exist_ok=True)
        (away / "shop" / path).touch()
    listing = "git init -q && git ls-files --others --exclude-standard"
    listed = subprocess.run(listing, shell=True, cwd=away / "shop", capture_output=True, text=True, check=True)
    assert set(listed.stdout.split()) == FILES - {".env"}
    assert (away / "shop" / ".env").stat().st_mode & 0o077 == 0
    assert (away / "shop" / ".env").read_text() == (away / "shop" / ".env.example").read_text()


def test_b240_the_page_beside_the_example_explains_each_of_its_properties(away: Path, say: Say) -> None:
    say("new", "shop")
    example = json.loads((away / "shop" / "connectors" / "orders.json").read_text())
    page = (away / "shop" / "connectors" / "orders.md").read_text()
    assert [f"- `{name}` = `{value}`: {PROPERTIES[name].doc}" for name, value in example.items()] == page.splitlines()[2:-2]


def test_b240_the_example_is_valid_where_it_is_written_and_its_token_is_not_in_the_file(away: Path, say: Say) -> None:
    say("new", "shop")
    done = command(away / "shop", "validate", "--strict")
    assert (done.returncode, done.stdout, done.stderr) == (0, "connectors/orders.json: OK\n", "")
    assert "sample-token" not in (away / "shop" / "connectors" / "orders.json").read_text()


def test_b186_the_state_of_a_project_is_in_its_folder_wherever_that_is_moved(away: Path, say: Say) -> None:
    say("new", "shop")
    for folder in ("shop", "moved"):
        if folder == "moved":
            shutil.move("shop", "moved")
        done = command(away / folder, "status")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"Dagster's home: {away / folder}\n\norders: sensor not seen by Dagster yet")


def test_b186_a_shell_tells_dagster_the_folder_that_it_is_in(away: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    say("new", "shop")
    monkeypatch.setenv("PWD", str(away / "shop"))
    assert dotenv_values(away / "shop" / ".env")["DAGSTER_HOME"] == str(away / "shop")
    monkeypatch.delenv("PWD")
    assert dotenv_values(away / "shop" / ".env")["DAGSTER_HOME"] == "", "as if it was not set: Dagster keeps state in .dagster all the same"


def test_b240_init_writes_into_the_folder_that_dagster_serves(away: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    say("new", "shop")
    monkeypatch.chdir(away / "shop")
    code, said = say("init", "--url", "https://api.example.com/v1/returns")
    assert (code, "Wrote connectors/returns.json. Next: http-source preview connectors/returns.json" in said) == (0, True)
    assert Path("connectors/returns.json").is_file()
