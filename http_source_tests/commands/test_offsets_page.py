"""docs/offsets.md shows what comes, in the order of the page, of a connector that polls in between."""

import re
from pathlib import Path

import pytest

from http_source_tests.commands.folder import Make, Say
from http_source_tests.orchestration.stand import NAME, Stand

PAGE = (Path(__file__).parents[2] / "docs" / "offsets.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^\$ http-source (.+)\n((?:(?!```|\$ ).*\n)*)", PAGE, re.MULTILINE))
_VARIES = ((re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "TIME"), (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "RUN"))


def same(text: str) -> str:
    """Without what is another each time, and the blank line before the next command."""
    for pattern, constant in _VARIES:
        text = pattern.sub(constant, text)
    return text.strip()


def polled(stand: Stand) -> None:
    stand.hurry()
    (result,) = stand.poll()
    assert result.success


def test_each_command_of_the_page_says_what_the_page_shows(
    make: Make, say: Say, brokers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", brokers)
    stand = make(entity_names="orders,refunds")
    prefix = str(stand.config["topic.name.pattern"]).removesuffix("${entityName}")
    left = dict(SHOWN)

    def compared(command: str) -> None:
        said = say(*command.split())[1].replace(prefix, "shop.")
        assert same(said) == same(left.pop(command))

    polled(stand)
    polled(stand)
    compared("offsets show orders")
    compared("offsets check orders")
    compared("offsets set orders orders=5 --dry-run")
    compared("offsets set orders orders=5")
    compared("offsets set orders orders=five bills=3")
    polled(stand)
    assert say("offsets", "reset", NAME, "refunds")[0] == 0
    compared("offsets history orders --limit 5")
    save, restore = left
    Path("offsets.json").write_text(say(*save.partition(" > ")[0].split())[1], encoding="utf-8")
    assert say(*restore.split()) == (0, "  orders: 15 → 15\n  refunds: http.initial.offset → http.initial.offset\n")


def test_a_document_of_the_page_is_taken(make: Make, say: Say) -> None:
    make(entity_names="orders,refunds")
    (document,) = re.findall(r'^```\n(\{"offsets".*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
    assert say("offsets", "set", NAME, "--file", "-", stdin=document) == (
        0, "  orders: nothing stored → 20\n  refunds: nothing stored → http.initial.offset\n"
    )
