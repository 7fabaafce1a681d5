"""Every property of the specification is declared as it is printed there, or refused by name."""

import pytest

from http_source.config.properties import PROPERTIES, REQUIRED
from http_source.config.refused import REFUSED_VALUES, refusal_of
from http_source_tests.config.samples import findings
from http_source_tests.config.specification import SPECIFICATION, Specified

DECLARED = [each for each in SPECIFICATION if each.name in PROPERTIES]
REFUSED = [each for each in SPECIFICATION if each.name not in PROPERTIES]

DEFAULTS_OF_OURS = {
    "http.response.data.json.pointer": "",  # the whole answer, as RFC 6901 says
    "tasks.max": "1",  # Connect's own default, where the cloud's form asks for a number
}
"""What is taken where the specification names no default but the property may be left out."""


def named(each: Specified) -> str:
    return each.name


def test_the_table_has_every_property_once() -> None:
    assert len({each.name for each in SPECIFICATION}) == len(SPECIFICATION) == 53


@pytest.mark.parametrize("specified", DECLARED, ids=named)
def test_a_property_has_the_specifications_type_and_importance(specified: Specified) -> None:
    known = PROPERTIES[specified.name]
    assert (known.type.name, known.importance) == (specified.type, specified.importance)
    assert known.secret is (specified.type == "password")


@pytest.mark.parametrize("specified", DECLARED, ids=named)
def test_a_property_has_the_specifications_default(specified: Specified) -> None:
    known = PROPERTIES[specified.name]
    if specified.default:
        assert known.type.parse(specified.default) == known.default
    elif specified.name in DEFAULTS_OF_OURS:
        assert known.type.parse(DEFAULTS_OF_OURS[specified.name]) == known.default
    else:
        assert known.default in (REQUIRED, None, ())


@pytest.mark.parametrize("specified", [each for each in DECLARED if each.valid_values.startswith("[")], ids=named)
def test_a_number_has_the_specifications_bounds(specified: Specified) -> None:
    assert PROPERTIES[specified.name].type.valid_values == specified.valid_values


WORDS = [(each.name, word) for each in DECLARED if each.valid_values[:1].isalpha() for word in each.valid_values.split(", ")]


@pytest.mark.parametrize(("name", "word"), WORDS)
def test_a_word_of_the_specification_is_taken_or_refused_with_what_to_do(name: str, word: str) -> None:
    if (name, word.lower()) in REFUSED_VALUES:
        assert any(REFUSED_VALUES[name, word.lower()] in finding.message for finding in findings({name: word}))
    else:
        assert PROPERTIES[name].type.parse(word) == word


@pytest.mark.parametrize("specified", REFUSED, ids=named)
def test_any_other_property_is_refused_by_name_but_for_its_default(specified: Specified) -> None:
    refusal = refusal_of(specified.name)
    assert refusal is not None
    assert [finding.message for finding in findings({specified.name: "something else"})] == [refusal.reason]
    assert not specified.default or refusal.accepts(specified.default)
