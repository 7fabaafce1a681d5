"""What CONTRIBUTING.md and its neighbors say is so: files are there, lines of code are as they are shown, commands exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
TOP = r"(?:http_source|http_source_tests|docs|bench|deploy|examples|\.ci|\.github)"


def shown_lines() -> Iterator[tuple[str, str]]:
    """A file, and a line of it that a diff shows."""
    for block in re.findall(r"^```diff\n(.*?)^```$", CONTRIBUTING, re.DOTALL | re.MULTILINE):
        name = ""
        for line in block.splitlines():
            if line.startswith("+++ "):
                name = line.removeprefix("+++ ")
            else:
                yield name, line.removeprefix("+")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    named = re.findall(rf"`({TOP}/[\w./-]*(?:\.\w+|/))`", text) + re.findall(rf"^\+\+\+ ({TOP}/\S+)$", text, re.MULTILINE)
    assert linked or named
    assert [name for name in (*linked, *named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(("name", "line"), list(shown_lines()))
def test_each_line_of_the_diffs_is_in_its_file(name: str, line: str) -> None:
    assert line in (ROOT / name).read_text(encoding="utf-8").splitlines()


def test_every_command_of_make_is_one() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", CONTRIBUTING, re.MULTILINE)) <= targets
