"""The types read values as Kafka Connect's `ConfigDef` does."""

import copy
import json
import pickle

import pytest

from http_source.config.numbers import Number
from http_source.config.properties import AuthType
from http_source.config.types import BOOLEAN, LIST, PASSWORD, POINTER, POINTERS, STATUS_RANGES, STRING, Integer, OneOf, Secret, Type


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (STRING, "  a b\t\n", "a b"),
        (STRING, 1000, "1000"),
        (Integer(), "10", 10),
        (Integer(), 10, 10),
        (Integer(), " -7 ", -7),
        (Integer(), "+007", 7),
        (Integer(), 2**31 - 1, 2147483647),
        (Integer(minimum=100), "100", 100),
        (Number(0.001, 100), 0.2, 0.2),
        (Number(0.001, 100), " 0.2 ", 0.2),
        (Number(0.001, 100), "\x010.2\0", 0.2),
        (Number(0.001, 100), "2e-1", 0.2),
        (Number(0.001, 100), ".5", 0.5),
        (Number(0.001, 100), 7, 7.0),
        (BOOLEAN, True, True),
        (BOOLEAN, " TRUE ", True),
        (BOOLEAN, "False", False),
        (LIST, "AppName, User", ("AppName", "User")),
        (LIST, "", ()),
        (LIST, "a,,b", ("a", "", "b")),
        (LIST, [" a ", "b,c", 7], ("a", "b,c", "7")),
        (PASSWORD, " hunter2 ", Secret("hunter2")),
        (POINTER, "", ""),
        (POINTER, "/hits/hits", "/hits/hits"),
        (POINTER, "/a~0b~1c/", "/a~0b~1c/"),
        (POINTERS, "", ()),
        (POINTERS, "/@odata.nextLink,/@odata.deltaLink", ("/@odata.nextLink", "/@odata.deltaLink")),
        (POINTERS, "/a, /b", ("/a", "/b")),
        (POINTERS, "/a,b,,/c", ("/a,b,", "/c")),
        (OneOf("GET", "POST"), " post ", "POST"),
        (OneOf(*AuthType), "BEARER", AuthType.BEARER),
    ],
)
def test_a_value_becomes_what_connect_makes_of_it(type_: Type[object], value: object, expected: object) -> None:
    """B145: blanks around values and list items are trimmed."""
    parsed = type_.parse(value)
    assert parsed == expected
    assert type(parsed) is type(expected)


@pytest.mark.parametrize("value", ["", "x", 1.5, "1.5", "1e3", 1e3, "1_0", "٣", True, "true", [], {}, None], ids=repr)
def test_what_is_no_integer_is_refused(value: object) -> None:
    """B143."""
    for type_, name in ((Integer(), "INT"), (Integer(maximum=2**40), "LONG")):
        with pytest.raises(ValueError, match=f"Not a number of type {name}"):
            type_.parse(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [(0, "at least 1"), (1001, "no more than 1000"), (2**31, "no more than 1000"), (str(-(2**40)), "at least 1")],
)
def test_an_integer_stays_within_its_bounds(value: object, message: str) -> None:
    """B143."""
    with pytest.raises(ValueError, match=f"Value must be {message}"):
        Integer(1, 1000).parse(value)


def test_an_integer_has_32_bits() -> None:
    """B143."""
    with pytest.raises(ValueError, match="no more than 2147483647"):
        Integer().parse(2**31)


@pytest.mark.parametrize("value", ["", "yes", "no", "1", 1, 0, "t", []], ids=repr)
def test_only_true_and_false_are_booleans(value: object) -> None:
    """B144."""
    with pytest.raises(ValueError, match="either true or false"):
        BOOLEAN.parse(value)


@pytest.mark.parametrize("type_", [STRING, LIST, PASSWORD, POINTER, POINTERS])
@pytest.mark.parametrize("value", [1.5, {"a": 1}, [["a"]], b"a", "\ud800"])
def test_what_is_no_text_is_refused(type_: Type[object], value: object) -> None:
    """Fractions, objects, bytes and half surrogate pairs."""
    with pytest.raises(ValueError, match="Expected"):
        type_.parse(value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("$.a", "/a"), ("a.b", "/a/b"), ("#/a", "/a"), ("$.a[0]['b']", "/a/0/b"), ("/a~2", "/a~02"), ("/a~", "/a~0"), ("items", "/items")],
)
def test_what_is_no_json_pointer_is_refused_with_what_was_meant(text: str, meant: str) -> None:
    """A JSONPath, a dotted path, a URI fragment, a bare tilde; also as the first of several."""
    for parse, written in ((POINTER.parse, text), (POINTERS.parse, f"{text},/b")):
        with pytest.raises(ValueError, match=f"did you mean {meant}\\?"):
            parse(written)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("400-", {400, 401, 599}, {399, 200}),
        ("400-500", {400, 500}, {399, 501}),
        ("404,408,500-", {404, 408, 500, 599}, {405, 499}),
        (" 404 , 500 - 502 ", {404, 501}, {503}),
        ("", set(), {400, 500}),
    ],
)
def test_status_ranges_are_inclusive_and_open_ends_reach_every_higher_code(text: str, inside: set[int], outside: set[int]) -> None:
    """The specification's examples of `retry.on.status.codes`."""
    ranges = STATUS_RANGES.parse(text)
    assert all(status in ranges for status in inside)
    assert not any(status in ranges for status in outside)
    assert STATUS_RANGES.parse(str(ranges)) == ranges


@pytest.mark.parametrize("text", ["x", "500-400", "-500", "404,,408", "40", "4000", "404 408", "400-500-", "4xx", "099"])
def test_garbage_and_reversed_ranges_are_refused(text: str) -> None:
    """B157."""
    with pytest.raises(ValueError, match=r"Expected status codes|ends before it starts"):
        STATUS_RANGES.parse(text)


def test_one_of_lists_what_it_takes() -> None:
    with pytest.raises(ValueError, match=r"String must be one of \(case insensitive\): GET, POST"):
        OneOf("GET", "POST").parse("PUT")


def test_valid_values_are_written_as_connect_writes_them() -> None:
    assert (Integer(100).valid_values, Integer(1, 1000).valid_values) == ("[100,...]", "[1,...,1000]")


def test_a_secret_is_never_shown() -> None:
    """B158."""
    secret = Secret("hunter2")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>12}", "%s" % secret, repr({"a": [secret]})]  # noqa: UP031
    assert not any("hunter2" in each for each in shown)
    assert str(secret) == "[hidden]"
    assert secret.reveal() == "hunter2"


def test_a_secret_is_not_stored() -> None:
    """B158: neither JSON nor pickle takes it, and it has no attributes to list."""
    secret = Secret("hunter2")
    with pytest.raises(TypeError):
        json.dumps({"password": secret})
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    assert not hasattr(secret, "__dict__")


def test_secrets_are_compared_by_their_text() -> None:
    secret = Secret("hunter2")
    assert secret == Secret("hunter2") != Secret("hunter3")
    assert secret != "hunter2"
    assert len({secret, Secret("hunter2")}) == 1
    assert copy.deepcopy(secret) == copy.copy(secret) == secret
    assert secret
    assert not Secret("")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "at least 0.001"), ("-1", "at least 0.001"), (100.5, "no more than 100"), ("1e300", "no more than 100"),
        (10**400, "no more than 100"),
        (float("nan"), "at least 0.001"), (float("inf"), "no more than 100"), (True, "DOUBLE"), ("", "DOUBLE"), ("nan", "DOUBLE"),
        ("1/5", "DOUBLE"), ("0,2", "DOUBLE"), (".", "DOUBLE"), ("0x1p3", "DOUBLE"), ([1], "DOUBLE"), (None, "DOUBLE"),
    ],
)
def test_a_number_is_one_and_stays_within_its_bounds(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Number(0.001, 100).parse(value)
