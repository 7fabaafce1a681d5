"""Every `http-source …` that README.md and docs/ name is a command with options that there are. Nothing of it is executed here."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
IN_TEXT = re.compile(r"(?<!`)`(?:[A-Z_]+=\S+ )*http-source ([a-z][^`]*)`(?!`)")
IN_BLOCK = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?http-source ([a-z].*)$")
FENCE = re.compile(r"^( *)```\w*\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
NOT_ARGUMENTS = re.compile(r"[\[\]…]| +(?:#|>|\|).*")
"""What a reader leaves out: marks of what is optional, comments, and where the output goes."""

KNOWN = re.compile(
    r"error: (?:unrecognized arguments: --unknown|the following arguments are required: .*|argument --from: expected one argument)\n\Z"
)
"""What comes of a command whose words are all right; a sentence may leave its arguments out."""


def commands() -> Iterator[str]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            for line in block[2].replace("\\\n", " ").splitlines():
                yield from IN_BLOCK.findall(line.strip())
        yield from (" ".join(found.split()) for found in IN_TEXT.findall(FENCE.sub("", text)))


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_on_a_page_is_one_that_there_is(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(NOT_ARGUMENTS.sub("", command))
    if len(words) == 1:  # its name in a sentence
        with pytest.raises(SystemExit, match=r"^0$"):
            main([*words, "--help"])
    else:
        with pytest.raises(SystemExit, match=r"^2$"):
            main([*words, "--unknown"])
        assert KNOWN.search(capsys.readouterr().err)
