"""ExtractXPath, and the XML it must not read."""

import pytest

from http_source.connect.record import Record
from http_source.connect.schema import BYTES, INT64, OPTIONAL_BYTES, OPTIONAL_STRING, STRING, Schema, struct
from http_source_tests.connect.transforms.confluent_cases import Given, check, mistakes

NAME = "ExtractXPath$Value"
XML = "<a><b x='1&amp;2'>t&amp;<c/></b> tail<b/></a>"
TEXT = '<?xml version="1.0" encoding="UTF-16"?>'
SOAP = "<s:E xmlns:s='urn:s' xmlns='urn:d'><s:B><v>é</v></s:B></s:E>"
NAMESPACED = {"xpath": "//d:v", "ns.prefix": "d", "ns.namespace": "urn:d"}
ROW, ROW_WITH_B = struct({"x": STRING, "n": INT64}), struct({"x": STRING, "n": INT64, "b": OPTIONAL_STRING})
BOMB = "<!DOCTYPE a [<!ENTITY b 'boom'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><a>&c;</a>"
LEAK = "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><a>&f;</a>"


def of(value: object, schema: Schema | None = None) -> Record:
    return Record(topic="t", value=value, value_schema=schema)


CASES: list[tuple[Given, Record, Record | str]] = [
    ({"xpath": "/a/b"}, of(XML), of(f'{TEXT}<b x="1&amp;2">t&amp;<c/></b>')),
    ({"xpath": "/a/b/@x"}, of(XML, STRING), of(f"{TEXT}1&amp;2", OPTIONAL_STRING)),
    ({"xpath": "/a/b/text()"}, of(XML), of(f"{TEXT}t&amp;")),
    ({"xpath": "/zzz"}, of(XML, STRING), of(None, OPTIONAL_STRING)),
    ({"xpath": "//c"}, of(XML.encode(), BYTES), of(b'<?xml version="1.0" encoding="UTF-8"?><c/>', OPTIONAL_BYTES)),
    ({"xpath": "//b"}, of("<?xml version='1.0' encoding='ISO-8859-1'?><b>é</b>"), of(f"{TEXT}<b>é</b>")),
    ({"xpath": "//b"}, of("<b><![CDATA[x<y]]></b>"), of(f"{TEXT}<b><![CDATA[x<y]]></b>")),
    ({"xpath": "//c", "input.field": "x"}, of({"x": XML, "n": 1}), of({"x": f"{TEXT}<c/>", "n": 1})),
    ({"xpath": "//c", "input.field": "x", "output.field": "b"}, of({"x": XML, "n": 1}), of({"x": XML, "n": 1, "b": f"{TEXT}<c/>"})),
    ({"xpath": "//c", "input.field": "x", "output.field": "b"}, of({"x": XML, "n": 1}, ROW),
        of({"x": XML, "n": 1, "b": f"{TEXT}<c/>"}, ROW_WITH_B)),
    ({"xpath": "//c", "input.field": "x"}, of({"x": None}), of({"x": None})),
    ({"xpath": "//c", "input.field": "x"}, of({"n": 1}), of({"n": 1})),
    ({"xpath": "//c"}, of(None), of(None)),
    (NAMESPACED, of(SOAP), of(f'{TEXT}<v xmlns="urn:d">é</v>')),
    ({"xpath": "//v"}, of(SOAP), "set ns.prefix and ns.namespace"),
    ({"xpath": "count(//b)"}, of(XML), "does not lead to a node"),
    ({"xpath": "//b"}, of("<a>"), "not well-formed XML"),
    ({"xpath": "//b"}, of("\ud800"), "not well-formed XML"),
    ({"xpath": "//b"}, of({}), "this is an object"),
    ({"xpath": "//b"}, of(1, INT64), "the schema says INT64"),
    ({"xpath": "//b", "input.field": "y"}, of({"x": XML, "n": 1}, ROW), "correct input.field"),
    ({"xpath": "/a"}, of(BOMB), "has a DOCTYPE"),
    ({"xpath": "/a"}, of(LEAK), "has a DOCTYPE"),
]


@pytest.mark.parametrize(("given", "record", "expected"), CASES)
def test_a_node_is_taken_out_of_xml(given: Given, record: Record, expected: Record | str) -> None:
    check((NAME, given, record, expected))

@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"xpath": "//["}, "xpath: Expected an XPath 1.0"),
        ({"xpath": "//d:v"}, "xpath: Expected an XPath 1.0, but in it: Undefined namespace prefix."),
        ({"xpath": ""}, "String must be non-empty"),
        ({"xpath": "//a", "ns.prefix": "a,b", "ns.namespace": "urn:a"}, "ns.namespace: ns.prefix and ns.namespace have different lengths"),
        ({"xpath": "//a", "output.field": "b"}, "output.field: Set input.field too"),
    ],
)
def test_properties_that_cannot_be_are_refused_before_the_first_record(given: Given, expected: str) -> None:
    assert expected in mistakes(NAME, given)
