"""`make release` builds what is to be published of a version, or says why this is not one."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from http_source_tests.package import release
from http_source_tests.package.built import ROOT
from http_source_tests.package.environment import Installation, empty

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHANGELOG = """# Changelog

## [Unreleased]

Nothing beyond 1.2.3.

## [1.2.3] - 2030-01-31

### Added

- A thing.

## [1.2.2] - 2030-01-30

### Fixed

- Another thing.
"""
Change = Callable[[str, str, str], None]


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def committed(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Say what it is")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose version is to be released."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed, and a version is released from a repository")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "thing"\nversion = "1.2.3"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    committed(tmp_path)
    return tmp_path


@pytest.fixture
def change(project: Path) -> Change:
    """Writes something else into a file of the repository, and commits it."""

    def written(name: str, old: str, new: str) -> None:
        file = project / name
        before = file.read_text(encoding="utf-8")
        assert old in before
        file.write_text(before.replace(old, new, 1), encoding="utf-8")
        committed(project)

    return written


def test_the_newest_version_of_the_change_log_is_the_package_s() -> None:
    sections = release.sections_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert list(sections)[:2] == ["Unreleased", PROJECT["version"]]


def test_a_version_with_its_section_is_one_to_release(project: Path) -> None:
    assert list(release.mistakes(project)) == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (("pyproject.toml", "1.2.3", "1.2.3.dev1"), "pyproject.toml: version is 1.2.3.dev1; a release has three numbers"),
        (("pyproject.toml", "1.2.3", "1.2.4"), "CHANGELOG.md: its newest section is of 1.2.3, but pyproject.toml says 1.2.4."),
        (("CHANGELOG.md", "## [1.2", "## 1.2"), "CHANGELOG.md: its newest section is of 1.2.2, but pyproject.toml says 1.2.3."),
        (("CHANGELOG.md", "Nothing beyond 1.2.3.", "- More."), "CHANGELOG.md: there are entries under Unreleased"),
        (("CHANGELOG.md", "- A thing.", ""), "CHANGELOG.md: the section of 1.2.3 has no entries."),
        (("CHANGELOG.md", "2030-01-31", "not released yet"), "CHANGELOG.md: the section of 1.2.3 has no date"),
    ],
)
def test_what_is_wrong_is_named(project: Path, change: Change, written: tuple[str, str, str], said: str) -> None:
    change(*written)
    assert [each for each in release.mistakes(project) if said in each] != []


def test_all_that_is_wrong_is_named_and_nothing_is_built(project: Path, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
    change("CHANGELOG.md", " - 2030-01-31", "")
    change("CHANGELOG.md", "Nothing beyond 1.2.3.", "- More.")
    (project / "left.txt").write_text("behind")
    assert release.main(project) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in said] == ["CHANGELOG.md", "CHANGELOG.md", "git", "Nothing was built."]
    assert "left.txt differ from the commit" in said[2]
    assert not (project / "dist").exists()


def test_a_tag_is_of_one_commit(project: Path) -> None:
    git(project, "tag", "v1.2.3")
    assert list(release.mistakes(project)) == []
    committed(project)
    assert list(release.mistakes(project)) == ["git: v1.2.3 is the tag of another commit; raise the version in pyproject.toml."]


def test_the_workflow_runs_what_a_change_must_pass_on_every_version_of_python() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    supported = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", name)]
    assert job["strategy"]["matrix"]["python"][: len(supported)] == supported


@pytest.mark.parametrize("file", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").iterdir()), ids=lambda file: file.name)
def test_an_issue_template_asks_for_something(file: Path) -> None:
    form = yaml.safe_load(file.read_text(encoding="utf-8"))
    if file.name == "config.yml":
        assert form == {"blank_issues_enabled": False}
        return
    asked = [each for each in form["body"] if each["type"] != "markdown"]
    assert form["name"]
    assert form["description"].endswith(".")
    assert len({each["id"] for each in asked}) == len(asked)
    assert all(each["type"] in {"input", "textarea"} and each["attributes"]["label"] for each in asked)
    assert any(each["validations"]["required"] for each in asked if "validations" in each)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An environment with what `make release` needs."""
    found = empty(tmp_path)
    found.install("--constraint", str(ROOT / "constraints.txt"), "hatchling", *groups()["release"])
    return found


def groups() -> dict[str, list[str]]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the repository whose change log has the date."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("a version is released from a clone, with git; this is not one, or git is not installed")
    clone, head = tmp_path / "clone", rf"^## \[{PROJECT['version']}\].*$"
    git(ROOT, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone))
    changelog = clone / "CHANGELOG.md"
    dated = re.sub(head, f"## [{PROJECT['version']}] - 2030-01-31", changelog.read_text(encoding="utf-8"), flags=re.MULTILINE)
    changelog.write_text(dated, encoding="utf-8")
    committed(clone)
    return clone


@pytest.mark.servers
@pytest.mark.long
def test_a_release_is_built_checked_and_listed(installation: Installation, clone: Path) -> None:
    command = [str(installation.programs / "python"), "-m", "http_source_tests.package.release"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    names = [f"http_source-{PROJECT['version']}{end}" for end in ("-py3-none-any.whl", ".cdx.json", ".tar.gz")]
    assert sorted(file.name for file in (clone / "dist").iterdir()) == names
    assert "Nothing was published. Next:" in done.stdout
    listed = json.loads((clone / "dist" / names[1]).read_text(encoding="utf-8"))
    assert listed["metadata"]["component"]["name"] == PROJECT["name"]
    components = {each["name"] for each in listed["components"]}
    assert {"confluent-kafka", "dagster", "msgspec", "requests"} <= components
    assert not {"build", "pip", "pytest", "twine"} & components
    assert git(clone, "status", "--porcelain") == ""
