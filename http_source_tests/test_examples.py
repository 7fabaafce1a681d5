"""The examples load with the command lines that their users have, and so does every block of docs/python.md."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from http_source.demo.options import DemoOptions

ROOT = Path(__file__).parents[1]
COMPONENT = "http_source.HttpSourceConnector"
TOKEN = "hidden_1_000"
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")

STORED = """
from http_source_tests.handed_over import handed_over
from shop.definitions import defs
print(handed_over(defs()))
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of an example in a folder of its own, with a home of its own and no way to the network.

    Attributes:
        folder: where it is.
        environment: of its commands.
    """

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A command in the project."""
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)

    def said(self, *command: str, status: int = 0) -> str:
        """All that a command prints; it ends with this status."""
        done = self.run(*command)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def assets(self) -> dict[str, str]:
        """The groups of the assets that the project has."""
        listed = self.run("dg", "list", "defs", "--json")
        assert listed.returncode == 0, listed.stderr
        return {asset["asset_key"]: asset["group_name"] for asset in json.loads(listed.stdout)["assets"]}

    def write(self, name: str, text: str) -> None:
        """One more connector."""
        folder = self.folder / "shop" / "defs" / name
        folder.mkdir()
        (folder / "defs.yaml").write_text(text, encoding="utf-8")


def copy(example: str, folder: Path) -> Project:
    home = folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    copied = shutil.copytree(ROOT / "examples" / example, folder / "project", ignore=shutil.ignore_patterns("__pycache__"))
    nowhere = "http://127.0.0.1:9"
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "DAGSTER_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "SHOP_TOKEN": TOKEN,
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), nowhere),
    }
    return Project(copied, environment)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copy("component", tmp_path)


def test_the_component_is_found(project: Project) -> None:
    found = {each["key"]: each["summary"] for each in json.loads(project.run("dg", "list", "components", "--json").stdout)["items"]}
    assert found[COMPONENT] == "Polls an HTTP API into Kafka topics, as Confluent Cloud's HTTP Source connector does."


def test_the_example_of_the_component_loads_as_it_stands(project: Project) -> None:
    assert "validated successfully" in project.said("dg", "check", "yaml", "--validate-requirements")
    assert "loaded successfully" in project.said("dg", "check", "defs")


def test_the_example_of_the_component_brings_connectors(project: Project) -> None:
    assert project.assets() == {"customers": "http_source", "shop-orders": "shop"}


def test_nothing_of_a_secret_is_in_what_the_web_server_serves(project: Project) -> None:
    stored = project.said(sys.executable, "-c", STORED)
    assert "shop-orders" in stored
    assert TOKEN not in stored


def test_a_scaffolded_connector_is_without_fault(project: Project) -> None:
    project.said("dg", "scaffold", "defs", COMPONENT, "invoices", "--url", "https://api.example.com/v1/invoices")
    project.said("dg", "scaffold", "defs", COMPONENT, "receipts", "--format", "python")
    assert {"invoices", "receipts"} <= set(project.assets())


def test_mistakes_are_told_with_their_line_and_all_of_them_with_what_to_do(project: Project) -> None:
    shutil.rmtree(project.folder / "shop" / "defs" / "orders")
    shutil.rmtree(project.folder / "shop" / "defs" / "customers")
    project.write("wrong", f"type: {COMPONENT}\nattributes:\n  name: wrong\n  tasks.max: 0\n  task.max: 1\n  auth.type: oauth2\n")
    told = project.said("dg", "check", "yaml", status=1)
    assert f"defs.yaml:4 - {COMPONENT} attributes.tasks.max 0 is less than the minimum of 1" in told
    told = project.said("dg", "check", "defs", "--no-check-yaml", status=1)
    assert re.findall(r"^- ([a-z0-9.]+): ", told, re.MULTILINE) == [
        "task.max", "tasks.max", "url", "oauth2.token.url", "oauth2.client.id", "oauth2.client.secret", "topic.name.pattern",
        "output.data.format",
    ]  # fmt: skip


def test_the_example_in_code_loads_as_it_stands(tmp_path: Path) -> None:
    project = copy("python", tmp_path)
    assert "Validation successful" in project.said("dagster", "definitions", "validate", "-f", "definitions.py")


# docs/python.md


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", blocks("python"))
def test_every_python_block_of_the_page_runs(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DemoOptions().connectors.parent)
    namespace: dict[str, object] = {}
    exec(compile(block, "docs/python.md", "exec"), namespace)
    defs = namespace.get("defs", dg.Definitions())
    assert isinstance(defs, dg.Definitions)
    dg.Definitions.validate_loadable(defs)


def test_every_other_block_of_the_page_works_in_a_project(project: Project) -> None:
    shutil.rmtree(project.folder / "shop" / "defs" / "orders")
    for number, block in enumerate(blocks("yaml")):
        project.write(f"page_{number}", block)
    for block in blocks("sh"):
        project.said("sh", "-e", "-c", block)
    assert set(project.assets()) == {"customers", "raw/shop", "orders"}


def test_every_block_of_the_page_is_of_a_kind_that_is_tried() -> None:
    fences = re.findall(r"^```(\w*)$", PAGE, re.MULTILINE)
    assert set(fences[::2]) == {"python", "sh", "yaml"}
