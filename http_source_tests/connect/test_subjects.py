"""A schema lands under the subject where Confluent's serializers put it."""

import pytest

from http_source.config.options.converter import SubjectStrategy
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.subjects import Part, in_context, subject_of, within

TOPIC, RECORD, TOPIC_RECORD = SubjectStrategy


@pytest.mark.parametrize(
    ("strategy", "part", "subject"),
    [
        (TOPIC, Part.VALUE, "spaces-value"),
        (TOPIC, Part.KEY, "spaces-key"),
        (RECORD, Part.VALUE, "com.acme.Space"),
        (RECORD, Part.KEY, "com.acme.Space"),
        (TOPIC_RECORD, Part.VALUE, "spaces-com.acme.Space"),
        (TOPIC_RECORD, Part.KEY, "spaces-com.acme.Space"),
    ],
)
def test_the_strategy_names_the_subject(strategy: SubjectStrategy, part: Part, subject: str) -> None:
    assert subject_of(strategy, part, "spaces", "com.acme.Space") == subject


def test_the_topics_strategy_needs_no_name() -> None:
    assert subject_of(TOPIC, Part.VALUE, "spaces", "") == "spaces-value"


@pytest.mark.parametrize("strategy", [RECORD, TOPIC_RECORD])
@pytest.mark.parametrize("part", Part)
def test_b120_a_schema_without_a_name_is_refused_where_the_strategy_needs_one(strategy: SubjectStrategy, part: Part) -> None:
    property_ = rf"{part}\.converter\.{part}\.subject\.name\.strategy={strategy} has no subject for it\. Use TopicNameStrategy"
    with pytest.raises(ConversionRefused, match=property_):
        subject_of(strategy, part, "spaces", "")


@pytest.mark.parametrize("context", ["orders", ".orders", ":.orders:"])
def test_a_context_stands_before_the_subject(context: str) -> None:
    assert in_context("spaces-value", context) == ":.orders:spaces-value"


@pytest.mark.parametrize("context", ["default", "", ".", ":.:"])
def test_the_default_context_adds_nothing(context: str) -> None:
    assert in_context("spaces-value", context) == "spaces-value"


@pytest.mark.parametrize(
    ("parent", "subject", "meant"),
    [
        ("spaces-value", "owner", "owner"),
        ("spaces-value", ":.people:owner", ":.people:owner"),
        (":.orders:spaces-value", "owner", ":.orders:owner"),
        (":.orders:spaces-value", ":.people:owner", ":.people:owner"),
    ],
)
def test_b216_a_reference_without_a_context_is_into_that_of_the_schema_that_has_it(parent: str, subject: str, meant: str) -> None:
    assert within(parent, subject) == meant
