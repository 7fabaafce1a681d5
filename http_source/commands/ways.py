"""What `http-source preview` shows of records' ways, for people: a few lines below each record, none of them wide."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from http_source.commands.differences import Difference
from http_source.foreign.text import escape
from http_source.polling.verdict import counted

Fields = Mapping[str, Any]

_WIDTH = 110
_MOST = 12
"""Places that are shown of one change; `--json` has all."""

_PLACES = {"key_changes": "key", "changes": ""}
"""How the places in a part of a record begin."""

_NO_WORDS = ("transform", "dropped", *_PLACES)


def cut(line: str) -> str:
    """The beginning of a line that would be wide."""
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1].rstrip('…')}…"


def way_lines(way: Fields, *, keyed: bool) -> Iterator[str]:
    """One record's way; its key is shown only if the connector gives it one."""
    if keyed and way["key"] is not None:
        yield cut(f"    key: {way['key']}")
    for step in way["transforms"]:
        yield from _step(step)
    if left_out := [*(f"key{each}" for each in way["key_left_out"]), *(each or "the whole" for each in way["left_out"])]:
        yield cut(f"    left out as undecided: {escape(', '.join(left_out))}")
    if way["refused"]:
        yield from refusal_lines(way["refused"])


def refusal_lines(refused: Fields) -> Iterator[str]:
    """Why a record is refused."""
    by = f" ({refused['transform']})" if refused["transform"] else ""
    where = f" at {refused['path']}" if refused["path"] else ""
    return wrapped(f"refused in {refused['stage']}{by}{where}: {refused['reason']}", "    ")


def change_lines(changes: Sequence[Fields], margin: str, part: str = "") -> Iterator[str]:
    """Places that differ, each on a line."""
    for each in changes[:_MOST]:
        yield cut(escape(f"{margin}{Difference(part + each['path'], each['before'], each['after'])}"))
    if len(changes) > _MOST:
        yield f"{margin}… and {counted(len(changes) - _MOST, 'more place')}"


def wrapped(sentence: str, margin: str) -> Iterator[str]:
    """A sentence on as many lines as it needs."""
    return iter(textwrap.wrap(
        escape(" ".join(sentence.split())), _WIDTH, initial_indent=margin, subsequent_indent=f"{margin}  ", break_on_hyphens=False,
    ))  # fmt: skip


def _step(step: Fields) -> Iterator[str]:
    changes = [line for name, part in _PLACES.items() for line in change_lines(step.get(name, ()), "      ", part)]
    words = ["dropped"] if step["dropped"] else [f"{name.replace('_', ' ')} {text}" for name, text in step.items() if name not in _NO_WORDS]
    yield cut(f"    {step['transform']}: {escape(', '.join(words)) or ('schema' if changes else 'unchanged')}")
    yield from changes
