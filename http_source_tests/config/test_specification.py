"""Every property of the specification, of the connector's siblings and of its framework is declared as there, or refused by name."""

import pytest

from http_source.config.properties import Property
from http_source.config.reference import lookup
from http_source.config.refused import REFUSED_VALUES
from http_source_tests.config.samples import findings
from http_source_tests.config.siblings import ALIASES, SIBLINGS
from http_source_tests.config.specification import SPECIFICATION, Specified

DEFAULTS_OF_OURS = {
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",  # Connect takes the worker's
    "http.response.data.json.pointer": "",  # the whole answer, as RFC 6901 says
    "oauth2.client.mode": "header",  # said in the specification's questions and answers
    "oauth2.client.scope": "any",  # said there too
    "tasks.max": "1",  # Connect's own default, where the cloud's form asks for a number
    "value.converter.connect.meta.data": "true",  # the converter's own default
}
"""What is taken where the specification's list names no default but the property may be left out."""

UNSET_WITH_US = {"exactly.once.support"}
"""What has no default here: the original's `requested` leaves it to the worker whether there are transactions."""

ALL = (*SPECIFICATION, *SIBLINGS)
REFUSED = [each for each in ALL if lookup(each.name)[1]]


def named(each: Specified) -> str:
    return each.name


def known(each: Specified) -> Property:
    return lookup(each.name)[0]


def test_the_table_has_every_property_once() -> None:
    assert len({each.name for each in SPECIFICATION}) == len(SPECIFICATION) == 53
    assert len({each.name for each in ALL}) == len(ALL)


@pytest.mark.parametrize("specified", ALL, ids=named)
def test_a_property_has_the_original_type_and_importance(specified: Specified) -> None:
    assert known(specified).type.name == specified.type
    assert specified.importance in ("", known(specified).importance)
    assert known(specified).secret is (specified.type == "password")


@pytest.mark.parametrize("specified", ALL, ids=named)
def test_a_property_has_the_original_default(specified: Specified) -> None:
    default = None if specified.name in UNSET_WITH_US else specified.default or DEFAULTS_OF_OURS.get(specified.name)
    if default is None:
        assert known(specified).default_text is None
    else:
        assert known(specified).type.parse(default) == known(specified).default


@pytest.mark.parametrize("specified", [each for each in ALL if each.valid_values.startswith("[")], ids=named)
def test_a_number_has_the_original_bounds(specified: Specified) -> None:
    assert known(specified).type.valid_values == specified.valid_values


WORDS = [(each, word) for each in ALL if each.valid_values[:1].isalpha() for word in each.valid_values.split(", ")]


@pytest.mark.parametrize(("specified", "word"), WORDS)
def test_a_word_of_the_original_is_taken_or_refused_with_what_to_do(specified: Specified, word: str) -> None:
    if (specified.name, word.lower()) in REFUSED_VALUES:
        assert any(REFUSED_VALUES[specified.name, word.lower()] in finding.message for finding in findings({specified.name: word}))
    else:
        assert str(known(specified).type.parse(word)) == word


@pytest.mark.parametrize("specified", REFUSED, ids=named)
def test_a_property_without_support_is_refused_by_name_but_for_what_happens_anyway(specified: Specified) -> None:
    refusal = lookup(specified.name)[1]
    assert refusal is not None
    assert [finding.message for finding in findings({specified.name: "something else"})] == [refusal.reason]
    for value in refusal.harmless:
        assert not [finding for finding in findings({specified.name: value}) if not finding.warning]


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_another_name_of_a_property_is_taken_for_it(alias: str, name: str) -> None:
    assert lookup(alias) == lookup(name)
    assert alias in lookup(name)[0].aliases
