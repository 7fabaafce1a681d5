"""Making a transform of `confluent.py` as a configuration does, and what a case of a table is."""

from collections.abc import Mapping

import pytest

from http_source.connect.record import Record
from http_source.connect.transforms.chain import Chain, TransformFailed, read_chain
from http_source.connect.transforms.confluent import CLASSES
from http_source.errors import Finding

NOON = 1_700_000_000_000
"""The present, to every transform made here."""

Given = Mapping[str, object]
Case = tuple[str, Given, Record, Record | str | None]
"""Class name without its package, properties, record, and the record it becomes, None where it is dropped, or a part of the refusal."""


def made(name: str, given: Given) -> Chain:
    """The chain of one transform."""
    chain, findings = _chain(name, given)
    assert chain is not None, findings
    return chain


def mistakes(name: str, given: Given) -> str:
    """What is wrong with the properties; the transform's alias is `it`."""
    chain, findings = _chain(name, given)
    assert chain is None
    return "\n".join(map(str, findings))


def check(case: Case) -> None:
    """Run one case of a table, twice, since the second record finds the schemas of the first; nothing to do is the very same record."""
    name, given, record, expected = case
    chain = made(name, given)
    before = repr(record)
    if isinstance(expected, str):
        with pytest.raises(TransformFailed, match=expected):
            chain(record)
    else:
        result = chain(record)
        assert (result, chain(record)) == (expected, expected)
        assert (result is record) == (record == expected)
    assert repr(record) == before


def _chain(name: str, given: Given) -> tuple[Chain | None, list[Finding]]:
    found = next(each for each in CLASSES if each.endswith(f".{name}"))
    properties = {f"transforms.it.{key}": value for key, value in given.items()}
    return read_chain({"transforms": "it", "transforms.it.type": found, **properties}, lambda: NOON)
