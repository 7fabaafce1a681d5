"""docs/deployment.md: the files that it shows are those of deploy/, and its commands do what it says."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from http_source.cli import main
from http_source_tests.deploy.units import DEPLOY, ROOT, UNITS, setting

PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *```(\w*)\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)
MARK = "not run here"
# Run by a test, here or elsewhere, or judged by one: all others are marked.
TRIED = ("sed ", "http-source ", "dagster dev", "dagster code-server start", "dagster-daemon ", "dagster-webserver", "kubectl kustomize")
PROGRAM = re.compile("(?:dagster|dagster-daemon|docker|http-source|journalctl|kubectl|pg_dump|pip|podman|psql|sudo|systemctl) ")
COMMANDS = sorted(set(re.findall(r"(?:^|[`/])http-source ([a-z]+[^`\n>]*?) *(?=[`\n>])", PAGE, re.MULTILINE)))


def blocks(language: str) -> list[str]:
    return [text for each, text in BLOCKS if each == language]


@pytest.mark.parametrize(
    "name", ["postgresql/workspace.yaml", "systemd/http-source-code.service", "postgresql/dagster.yaml", "systemd/env"]
)
def test_the_page_shows_a_file_as_it_is(name: str) -> None:
    assert (DEPLOY / name).read_text(encoding="utf-8") in [text for _, text in BLOCKS]


def test_settings_for_several_hosts_differ_from_a_project_s_in_where_state_and_logs_are() -> None:
    project = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    several = yaml.safe_load((DEPLOY / "postgresql" / "dagster.yaml").read_text(encoding="utf-8"))
    assert {name for name in project.keys() | several.keys() if project.get(name) != several.get(name)} == {
        "storage", "local_artifact_storage", "compute_logs",
    }


def test_the_other_units_are_made_from_the_first_one(tmp_path: Path) -> None:
    (script,) = [text for text in blocks("sh") if "http-source-daemon.service" in text and text.startswith("sed")]
    (tmp_path / UNITS["code"].name).write_text(UNITS["code"].read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run(["sh", "-ec", script], cwd=tmp_path, check=True)
    for unit in UNITS.values():
        assert (tmp_path / unit.name).read_text(encoding="utf-8") == unit.read_text(encoding="utf-8")


def test_a_code_server_is_made_to_listen_to_other_hosts(tmp_path: Path) -> None:
    (script,) = [text for text in blocks("sh") if "10.0.0.2" in text]
    (unit := tmp_path / UNITS["code"].name).write_text(UNITS["code"].read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run(["sh", "-ec", script], cwd=tmp_path, check=True)
    assert "--host 10.0.0.2 --port 4266" in setting(unit, "ExecStart")[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_one_that_there_is_with_its_options(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where there is no connector, it ends with a sentence; words and options that it does not know are refused by SystemExit before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTP_SOURCE_CONNECTORS", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    words = shlex.split(command)
    if len(words) == 1:  # a command's name in a sentence
        words.append("--help")
        with pytest.raises(SystemExit, match=r"^0$"):
            main(words)
        assert "usage:" in capsys.readouterr().out
    else:
        main(words)
        with pytest.raises(SystemExit, match=r"^2$"):
            main([*words, "--jason"])


def test_the_page_has_commands_with_options() -> None:
    assert [command for command in COMMANDS if "--" in command] == [
        "offsets set orders --file /tmp/orders.json", "offsets show NAME --json", "offsets show orders --json", "status --json",
    ]


def test_what_no_test_runs_is_marked_in_the_text_before_it_or_around_it() -> None:
    assert list(unmarked(PAGE)) == []


@pytest.mark.parametrize("untried", [
    "```sh\nsudo reboot\n```", "```sh\nsed -i s/a/b/ x\nsudo reboot\n```", "```sql\nDROP DATABASE dagster;\n```",
    "1. Marked: *not run here*.\n2. `pg_dump x`",
    "Marked: *not run here*.\n\nRun:\n\n```sh\nsudo reboot\n```", "Marked: *not run here*:\n\n```sh\nls /\n```\n```sh\nls /\n```",
])
def test_a_mark_is_good_for_one_block_one_item_or_one_paragraph(untried: str) -> None:
    assert len(list(unmarked(untried))) == 1


def unmarked(page: str) -> Iterator[str]:
    """Blocks and commands within sentences that no test runs, and that no mark is said of."""
    before = ""
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        if token.type == "fence":
            if is_untried(token) and MARK not in before:
                yield token.content
            before = ""
        elif token.type == "inline":
            before = " ".join(token.content.split())
            commands = [each.content for each in token.children or () if each.type == "code_inline" and PROGRAM.match(each.content)]
            yield from (each for each in commands if MARK not in before and not each.startswith(TRIED))


def is_untried(block: Token) -> bool:
    lines = block.content.replace("\\\n", " ").splitlines()
    return block.info == "sql" or (block.info == "sh" and not all(line.lstrip().startswith(TRIED) for line in lines))
