"""Paths to fields. Source: the examples of KIP-821."""

import pytest

from http_source.connect.transforms.field_path import Path, Syntax, path_of


@pytest.mark.parametrize(("text", "path"), [
    ("a", ("a",)),
    ("a.b.c", ("a", "b", "c")),
    ("`a.b`.c", ("a.b", "c")),
    ("a.`b.c`", ("a", "b.c")),
    ("a`b`.c", ("a`b`", "c")),
    ("`a`b`.c", ("a`b", "c")),
    (r"`a\`.b`.c", ("a`.b", "c")),
    ("a.", ("a", "")),
    (".a", ("", "a")),
    ("`a`.", ("a", "")),
    ("``", ("",)),
    ("", ("",)),
])
def test_names_are_between_dots_and_names_with_dots_between_backticks(text: str, path: Path) -> None:
    assert path_of(text, Syntax.V2) == path


def test_v1_takes_a_path_as_one_name() -> None:
    assert path_of("`a.b`.c", Syntax.V1) == ("`a.b`.c",)


@pytest.mark.parametrize("text", ["`a.b", "a.`b", r"`a\`", "`", "`a`b"])
def test_a_backtick_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="backtick"):
        path_of(text, Syntax.V2)
