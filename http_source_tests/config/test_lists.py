"""Header lists and parameter lists."""

import pytest

from http_source.config.lists import parse_headers, parse_parameters, sets_content_length


def test_headers_are_split_at_the_separator_and_the_first_colon() -> None:
    text = "From:abcxyz@confluent.io|X-Next: http://host:80/a |Empty:"
    assert parse_headers(text, "|") == (("From", "abcxyz@confluent.io"), ("X-Next", "http://host:80/a"), ("Empty", ""))


def test_the_content_length_of_the_specifications_example_is_left_out() -> None:
    """B151: only the body that is sent may say how long it is."""
    text = "From:abcxyz@confluent.io|Content-Length:348"
    assert parse_headers(text, "|") == (("From", "abcxyz@confluent.io"),)
    assert sets_content_length(text, "|")
    assert not sets_content_length("From:a", "|")


@pytest.mark.parametrize("separator", [".*", "||", "$", "\\", ";"])
def test_separators_are_taken_literally(separator: str) -> None:
    """B152."""
    assert parse_headers(f"A:1{separator}B:2", separator) == (("A", "1"), ("B", "2"))
    assert parse_parameters(f"a=1{separator}b=2", separator) == (("a", "1"), ("b", "2"))


@pytest.mark.parametrize(
    "text",
    [
        "no colon",
        ":value",
        "A B:1",
        "Ä:1",
        "A:1\r\nB:2",
        "A:1\n",
        "A:\x00",
        "A:\x7f",
        "A:\x1b[0m",
        "A:ümlaut",
        "A:€",
        "Host:evil",
        "transfer-encoding:chunked",
        "CONNECTION:close",
        "A:1|a:2",
    ],
)
def test_headers_that_cannot_be_sent_are_refused_without_their_values(text: str) -> None:
    """B151."""
    with pytest.raises(ValueError, match=r"[Hh]eader") as error:
        parse_headers(text, "|")
    assert "evil" not in str(error.value)


def test_parameters_are_split_at_the_first_equals_sign() -> None:
    assert parse_parameters("a=1=2&flag&&b=", "&") == (("a", "1=2"), ("flag", ""), ("b", ""))


def test_a_parameter_has_a_name() -> None:
    with pytest.raises(ValueError, match="Parameter 2 has no name"):
        parse_parameters("a=1&=2", "&")
