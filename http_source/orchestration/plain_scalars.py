"""What a person wrote in a component's YAML without quotes, where YAML 1.1 reads it as something else: 012 as 10, 1_000, 12:30 as 750."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import yaml

from http_source.config.findings import shown
from http_source.config.properties import NAMES, PROPERTIES
from http_source.config.types import Integer
from http_source.errors import Finding


def misread(context: dg.ResolutionContext, written: Mapping[str, object]) -> Iterator[Finding]:
    """A finding for each number among the attributes that stands in the file in other letters. Attributes without a file have none."""
    tree = context.source_position_tree
    plain = _plain(Path(tree.position.filename), tree.position.start.line) if tree else {}
    for name, value in written.items():
        values = value if isinstance(value, list) else [value]
        for text, each in zip(plain.get(name, ()), values, strict=False):
            if isinstance(each, int | float) and not isinstance(each, bool) and text != str(each):
                yield Finding(shown(name), _sentence(name, text, each))


def _sentence(name: str, text: str, value: object) -> str:
    known = PROPERTIES.get(NAMES.get(name, name))
    if known is None or known.secret:
        return "YAML reads its value as a number that is written in another way; put it in quotes."
    wanted = str(value) if isinstance(known.type, Integer) else f'"{shown(text)}", in quotes'
    return f"YAML reads {shown(text)} as {value}; write {wanted}."


def _plain(file: Path, line: int) -> Mapping[str, tuple[str, ...]]:
    """The attributes of the component that begins in a line, as their texts stand in the file: those of a list, or the one."""
    try:
        documents = list(yaml.compose_all(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    for document in documents:
        if isinstance(document, yaml.MappingNode) and document.start_mark.line + 1 == line:
            return {name: _texts(node) for name, node in _members(_members(document).get("attributes")).items()}
    return {}


def _members(node: yaml.Node | None) -> Mapping[str, yaml.Node]:
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _texts(node: yaml.Node) -> tuple[str, ...]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return tuple(item.value if isinstance(item, yaml.ScalarNode) else "" for item in items)
