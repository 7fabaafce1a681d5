"""What Jayway's JsonPath 2.9 answers, and Confluent's rule for nulls inside a predicate."""

import re
from decimal import Decimal
from typing import Any

import pytest

from http_source.connect.transforms.json_path import JsonPath
from http_source.connect.transforms.transform import TransformRefused

BOOK = {"author": "Tolstoy", "price": Decimal("10.5"), "n": None, "q": 7, "s": "7", "tenth": Decimal("0.1"), "flag": False, "tags": ["a"]}
DOCUMENT: dict[str, Any] = {
    "book": BOOK,
    "items": [{"k": 1}, {"k": 2, "t": [1, 2]}, 5], "nothing": None, "name": "x", "none": [], "nest": {"p": {"k": 1}, "r": {"k": 2}},
}

HOLDS = """
    $.book[?(@.author == 'Tolstoy' || @.author == 'D')]     $.book[?(@.author == "Tolstoy")]     $[?(@.book.author == 'Tolstoy')]
    $[?(@.name == 'x')]             $.items[?(@.k > 1)]         $.book[?(@.flag)]               $.book[?(!@.zzz)]
    $.book[?(!(@.zzz == 'a'))]      $.book[?(@.q == '7')]       $.book[?(@.s == 7)]             $.book[?(@.author =~ /tol.*/i)]
    $.book[?(@.author in ['Tolstoy','x'])]                      $.book[?(@.q in [7])]           $.book[?(@.q in ['7'])]
    $.book[?(@.author contains 'ols')]                          $.book[?(@.tags contains 'a')]  $.book.flag     $..author
    $..[?(@.k==2)]                  $[?(@.book.price < 11 && @.name == 'x')]                    $.nest.*[?(@.k==2)]
    $[?('x' == @.name)]             $[?($.name == 'x')]         $[?(@['name'] == 'x')]          $['book'][?(@.price == 10.50)]
    $.items[0]                      $.items[-1]                 $.items[?(@.k)]                 book.author
    $.book[?(@.flag == false)]      $[?(@.book.author=='Tolstoy')].name                         $.book[?(@.author < 'U')]
    $.book[?(@.tags == ['a'])]      $.items[0:2]                $.items[?(@.t[0] == 1)]         $.book[?(@.tenth == 0.1)]
    $.book[?(@.author != null)]     $.book[?(@.tenth <= 0.1)]   $.book[?(@.author != 'x')]      $.book[?(@.q >= 7)]
"""
HOLDS_NOT = """
    $.book[?(@.author == 'x')]      $.book[?(@.n != null)]      $.book[?(@.zzz == null)]        $.book[?(@.zzz > 1)]
    $.book[?(@.s > 5)]              $.book[?(@.q > '5')]        $.book[?(@.author =~ /Tol/)]    $.none[?(@.k==1)]
    $.nest[?(@.k==2)]               $.book[?(@.flag == 'false')]                                $.book[?(@.flag == 0)]
    $.book[?(@.n == null)]          $.book[?(@.n)]              $.book[?(@.n != 'a')]           $.book[?(@.zzz != 'a')]
    $.book[?(@.q in 7)]             $.book[?(@.q contains 7)]   $.book[?(@.q == 'seven')]       $.name[?(@.a==1)]
"""
MISSING = """
    $.zzz[?(@.a==1)]    $.nothing[?(@.a==1)]    $.book.zzz    $.nothing    $.zzz.y    $.items[9]    $.zzz    $.items[0].zzz[?(@.k)]
"""


def paths(table: str) -> list[str]:
    return [path for line in table.splitlines() for path in re.split(r"\s{2,}", line) if path]


@pytest.mark.parametrize(
    ("path", "expected"),
    [(path, True) for path in paths(HOLDS)] + [(path, False) for path in paths(HOLDS_NOT)] + [(path, None) for path in paths(MISSING)],
)
def test_a_condition_holds_where_it_finds_something(*, path: str, expected: bool | None) -> None:
    assert JsonPath.parse(path).holds(DOCUMENT) is expected


@pytest.mark.parametrize(
    "path",
    ["", "$.[", "$.a | $.b", "$[?(@.a nin ['x'])]", "$[?(@.a size 2)]", "$[?(@.a == x y)]", "$[?(@.a == 1E999)]", "$[?length(@.a) > 1]"],
)
def test_what_is_no_path_of_the_dialect_is_refused_with_an_example(path: str) -> None:
    with pytest.raises(ValueError, match="Expected a JSON Path such as"):
        JsonPath.parse(path)


def test_a_regular_expression_is_one_of_java() -> None:
    assert JsonPath.parse(r"$[?(@.name =~ /\p{Lower}++/)]").holds(DOCUMENT)
    with pytest.raises(ValueError, match="Java regular expression"):
        JsonPath.parse("$[?(@.a =~ /(/)]")


@pytest.mark.parametrize(
    ("path", "definite"), [("$.a['b'][0]", True), ("$", True), ("$.a.*", False), ("$..a", False), ("$.a[?(@.b)]", False)]
)
def test_a_path_of_names_and_indexes_leads_to_one_place(*, path: str, definite: bool) -> None:
    assert JsonPath.parse(path).definite is definite


def test_a_value_is_found_or_null() -> None:
    assert JsonPath.parse("$.nest.p.k").value(DOCUMENT) == 1
    assert JsonPath.parse("$.nest.zzz.k").value(DOCUMENT) is None


def test_nan_matches_nothing() -> None:
    assert not JsonPath.parse("$[?(@.a < 1 || @.a == 1 || @.a != 1)]").holds({"a": float("nan")})


def test_a_document_nested_too_deeply_is_refused() -> None:
    document: dict[str, Any] = {}
    for _ in range(1000):
        document = {"a": document}
    with pytest.raises(TransformRefused, match="nested too deeply"):
        JsonPath.parse("$..[?(@.b == 1)]").holds(document)
