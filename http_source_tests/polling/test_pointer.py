"""Pointers in JSON text give what the jsonpointer library gives in the parsed document, as an exact slice."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonpointer import EndOfList, JsonPointer, JsonPointerException

from http_source.polling.pointer import JsonText, tokens_of
from http_source_tests.config.samples import findings

names = st.sampled_from(["", "a", "0", "1", "-", "a/b", "m~n", "é", '"'])
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=12
)
DOCUMENT = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8, "~1": 9}


def found(document: Any, pointer: str) -> str | None:
    text = JsonText(json.dumps(document))
    place = text.find(tokens_of(pointer))
    return None if place is None else text[place]


def resolved(document: Any, pointer: str) -> str | None:
    """What the library finds; it also looks into texts, letter by letter, and gives `-` a value, which RFC 6901 does not."""
    for token in tokens_of(pointer):
        try:
            document = None if isinstance(document, str) else JsonPointer.from_parts([token]).resolve(document)
        except JsonPointerException:
            return None
        if document is None or isinstance(document, EndOfList):
            return None
    return json.dumps(document)


@given(documents, st.lists(names, max_size=4))
def test_a_pointer_finds_what_the_library_resolves(document: Any, tokens: list[str]) -> None:
    pointer = JsonPointer.from_parts(tokens).path
    if found(document, pointer) != "null":
        assert found(document, pointer) == resolved(document, pointer)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/foo", '["bar", "baz"]'), ("/foo/0", '"bar"'), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"), ("/e^f", "3"), ("/g|h", "4"),
        ("/i\\j", "5"), ('/k"l', "6"), ("/ ", "7"), ("/m~0n", "8"), ("/~01", "9"),
    ],
)  # fmt: skip
def test_b69_b71_the_examples_of_the_standard_resolve(pointer: str, value: str) -> None:
    assert found(DOCUMENT, pointer) == value


@pytest.mark.parametrize(
    "pointer", ["/foo/-", "/foo/00", "/foo/+1", "/foo/-1", "/foo/2", "/foo/99999999999999999999", "/foo/ 0", "/foo/\u0660"]
)
def test_b70_what_is_no_index_of_the_array_is_missing(pointer: str) -> None:
    assert found(DOCUMENT, pointer) is None


@pytest.mark.parametrize("pointer", ["/foo/0/0", "//x", "/nothing/x"])
def test_b66_a_pointer_through_a_scalar_leads_nowhere(pointer: str) -> None:
    assert found(DOCUMENT, pointer) is None


def test_b80_of_equal_keys_the_last_one_counts() -> None:
    text = JsonText('{"a": {"b": 1}, "a": {"c": 2}}')
    assert text.find(("a", "b")) is None
    assert text.find(("a", "c")) == slice(27, 28)


def test_children_are_members_or_elements() -> None:
    text = JsonText(' {"a" : [1.10, {}], "b": 2} ')
    members = list(text.children(slice(1, 27)))
    assert [(name, text[place]) for name, place in members] == [("a", "[1.10, {}]"), ("b", "2")]
    assert [(name, text[place]) for name, place in text.children(members[0][1])] == [("0", "1.10"), ("1", "{}")]
    assert list(text.children(members[1][1])) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("$.a.b", "/a/b"), ("a.b", "/a/b"), ("#/a/b", "/a/b"), ("$['a']['b']", "/a/b"), ("a/b", "/a/b"), ("$", None),
        ("/a~", "/a~0"), ("/a~2b", "/a~02b"), ("/~", "/~0"),
    ],
)  # fmt: skip
def test_b71_b72_what_is_no_pointer_is_refused_at_the_start_with_the_one_that_was_meant(written: str, meant: str | None) -> None:
    (finding,) = findings({"http.response.data.json.pointer": written})
    assert finding.property == "http.response.data.json.pointer"
    assert not finding.warning
    assert f"did you mean {meant}?" in finding.message or meant is None
