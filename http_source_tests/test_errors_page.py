"""docs/errors.md: each message that it explains is one that the code has."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
QUOTED = re.findall(r"^\| `(.+?)` \|", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
_FILLED_IN = re.compile(r"\{[^{}]*\}|`")


@cache
def texts() -> str:
    """Every text of the package, a line for each, with what is filled in as an empty place."""
    return "\n".join(text for file in (ROOT / "http_source").rglob("*.py") for text in _texts(file))


def _texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield _plain("".join(str(part.value) if isinstance(part, ast.Constant) else "" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield _plain(node.value)


def _plain(text: str) -> str:
    return _FILLED_IN.sub("", text).replace("\n", " ")


@pytest.mark.parametrize("message", QUOTED)
def test_a_message_that_operators_may_search_for_is_in_the_code(message: str) -> None:
    """`…` stands for what is filled in, and for what the page leaves out."""
    pieces = [piece.strip() for piece in message.split("…") if piece.strip()]
    assert re.search(".*".join(map(re.escape, pieces)), texts())


def test_the_page_has_messages_of_all_rooms_that_fail() -> None:
    assert len(QUOTED) == len(set(QUOTED)) > 70
