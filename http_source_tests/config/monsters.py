"""Configurations of a size that nobody writes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from http_source.config.properties import PROPERTIES
from http_source_tests.config.samples import ENTITIES

Source = Mapping[str, object] | Path
MEGABYTE = 1 << 20
PIECES = ("a", ",", "${", "${a:", "${offset}", "}", "/", "/~", "a.", "&a=b", "a:b|", '"a":"b",', "\\", "@", "400,", "-", "9", " ", "[", "https://")


def monsters(folder: Path, kind: str) -> Iterator[Source]:
    """The configurations of a kind; files are written into the folder."""
    yield from {"long": _long(), "many": _many(), "deep": _deep(folder), "referring": _referring(folder)}[kind]


def _long() -> Iterator[Source]:
    """A megabyte in each property, of some of what the languages of properties are made of; all together of everything."""
    for number, name in enumerate(PROPERTIES):
        for piece in PIECES[number % 7 :: 7]:
            yield {**ENTITIES, name: (piece * MEGABYTE)[:MEGABYTE]}


def _many() -> Iterator[Source]:
    """Very long lists, and very many properties."""
    numbers = list(map(str, range(100_000)))
    yield {**ENTITIES, "entity.names": numbers}
    yield {**ENTITIES, "entity.names": ",".join(numbers)}
    yield {**ENTITIES, "http.next.page.allowed.hosts": ["/"] * MEGABYTE}
    yield {**ENTITIES, "max.retries": 10**100_000, "name": 10**100_000}
    yield {**ENTITIES, "entity.names": numbers, "topic.name.pattern": "a" * MEGABYTE + "${entityName}"}
    yield {f"unknown.{number}": number for number in range(100_000)}


def _deep(folder: Path) -> Iterator[Source]:
    """Nesting: of lists in code, and in a file as far as a file may go."""
    nested: object = "a"
    for _ in range(100_000):
        nested = [nested]
    yield {**ENTITIES, "entity.names": nested, "url": nested, "unknown": nested, "errors.tolerance": nested}
    for text in ("[" * 8 * MEGABYTE, '{"a":' * MEGABYTE, '{"url": ' + "[" * 900 + "]" * 900 + "}"):
        file = folder / "connector.json"
        file.write_text(text, encoding="utf-8")
        yield file


def _referring(folder: Path) -> Iterator[Source]:
    """References that multiply, that fail, and that lead to files of a megabyte."""
    for text in ("${env:A}", "${env:M}", "${file:/a:b}", "${vault:a:b}", "${env:B}"):
        yield {**ENTITIES, "http.request.body": text * (MEGABYTE // len(text))}
    yield dict.fromkeys(PROPERTIES, "${env:B}" * 8)
    for content in ("\\", "a\\\n", "a=b\n", "a", " ", "\\u0041", "#\n", "=:"):
        file = folder / "secrets.properties"
        file.write_text((content * MEGABYTE)[: MEGABYTE - 1], encoding="utf-8")
        yield dict.fromkeys(PROPERTIES, f"${{file:{file}:a}}")
