"""Any pages and any connectors, for laws: most records are such that something comes of them."""

from typing import Any

from hypothesis import strategies as st

_ODD = st.sampled_from([
    2**63, 2**70, 1e300, "\ud800", "\x1b[31m\u2028", "é" * 300, {"": 1}, {'quo"te': 1}, {"\x1b": 1}, {"a.b": 1, "a-b": 2},
])  # fmt: skip
_SCALARS = st.sampled_from([None, 0, -7, 2**40, 1.5, 2.0, True, "", "x", "12", "2024-05-01"])
_NAMES = st.sampled_from(["a", "b", "@t", "no"])
_VALUES = _SCALARS | st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3), max_leaves=4
)  # fmt: skip
_LIKELY: dict[str, list[Any]] = {
    "id": [1, "x", 2.5, None],
    "state": ["NEW", "OTHER", None, 1],
    "price": [1.25, 12345.678, "1.5", None],
    "at": [0, "2024-05-01T00:00:00Z", 1.5],
    "pay": [{"no": "x"}, {"a": 1}, {"Card": {"no": "x"}}, {"x": 1}, None, "x"],
    "kin": [{"a": "x", "kin": {"a": None}}, None, []],
    "card": ["x", 1],
    "no": [1, "x"],
    "o": [{"a": 1}, {"b": "x"}, {}, None],
}
_RECORD = st.fixed_dictionaries(
    {}, optional={"a": _VALUES, "b": _VALUES, "@t": _SCALARS, **{name: st.sampled_from(each) for name, each in _LIKELY.items()}}
)
RECORDS = st.lists(_RECORD, min_size=1, max_size=4) | st.lists(_RECORD | _VALUES | st.fixed_dictionaries({"a": _ODD}), max_size=4)

_AVRO_KEYS, _JSON_KEYS = "io.confluent.connect.avro.AvroConverter", "org.apache.kafka.connect.json.JsonConverter"
_FIND = {"value.converter.auto.register.schemas": "false"}
_CHOOSE = {"value.converter.use.latest.version": "true", **_FIND}
_PROPERTIES: dict[str, list[dict[str, str]]] = {
    "mixed": [{}, {}, {"output.data.mixed.scalars": "string"}],
    "scrub": [{}, {}, {"value.converter.scrub.invalid.names": "true"}],
    "subject": [{}, {}, {"value.converter.value.subject.name.strategy": "TopicRecordNameStrategy"}],
    "registration": [{}, {}, _FIND, _CHOOSE, {**_CHOOSE, "value.converter.latest.compatibility.strict": "false"}],
    "inline": [{}, {"value.converter.schemas.enable": "true"}],
    "key": [{}, {"record.key.json.pointer": "/a"}, {"record.key.json.pointer": ""}],
    "keys": [{}, {"key.converter": _AVRO_KEYS}, {"key.converter": _JSON_KEYS}],
    "errors": [{}, {"errors.tolerance": "all"}],
}
_OF = {
    "AVRO": ("mixed", "scrub", "subject", "registration"),
    "JSON_SR": ("mixed", "registration"),
    "PROTOBUF": ("mixed", "scrub", "registration"),
    "JSON": ("inline",),
}


def properties_of(format_: str) -> st.SearchStrategy[dict[str, str]]:
    """Properties that go together."""
    chosen = [st.sampled_from(_PROPERTIES[name]) for name in (*_OF[format_], "key", "keys", "errors")]
    return st.tuples(*chosen).map(lambda given: {name: value for each in given for name, value in each.items()})
