"""Chains of transforms as users have them, by name: the law of one outcome is tried with each."""

from typing import Any

_APACHE = "org.apache.kafka.connect.transforms."
_CONFLUENT = "io.confluent.connect.transforms."


def transform(kind: str, **properties: object) -> dict[str, object]:
    """One transform; in names of properties `_` stands for a dot."""
    return {"type": kind, **{name.replace("_", "."): value for name, value in properties.items()}}


def apache(kind: str, **properties: object) -> dict[str, object]:
    return transform(_APACHE + kind, **properties)


def confluent(kind: str, **properties: object) -> dict[str, object]:
    return transform(_CONFLUENT + kind, **properties)


def chain(*transforms: dict[str, object]) -> dict[str, object]:
    """The properties of a connector."""
    if not transforms:
        return {}
    named = {f"t{place}": each for place, each in enumerate(transforms)}
    properties = {f"transforms.{alias}.{name}": value for alias, each in named.items() for name, value in each.items()}
    return {"transforms": ",".join(named), **properties}


CHAINS: dict[str, dict[str, Any]] = {
    "none": chain(),
    "exclude": chain(apache("ReplaceField$Value", exclude="a")),
    "include": chain(apache("ReplaceField$Value", include="a,b")),
    "rename": chain(apache("ReplaceField$Value", renames="a:z")),
    "rename onto another": chain(apache("ReplaceField$Value", renames="a:b")),
    "cast to text": chain(apache("Cast$Value", spec="a:string")),
    "cast to int32": chain(apache("Cast$Value", spec="a:int32")),
    "cast to double": chain(apache("Cast$Value", spec="a:float64,b:string")),
    "cast to boolean": chain(apache("Cast$Value", spec="a:boolean")),
    "extract": chain(apache("ExtractField$Value", field="a")),
    "extract a path": chain(apache("ExtractField$Value", field="o.a", field_syntax_version="V2")),
    "hoist": chain(apache("HoistField$Value", field="h")),
    "hoist and extract": chain(apache("HoistField$Value", field="h"), apache("ExtractField$Value", field="h")),
    "flatten": chain(apache("Flatten$Value", delimiter="_")),
    "flatten and cast": chain(apache("Flatten$Value", delimiter="_"), apache("Cast$Value", spec="o_a:string")),
    "insert": chain(apache("InsertField$Value", static_field="s", static_value="x")),
    "insert onto a field": chain(apache("InsertField$Value", static_field="a", static_value="x")),
    "insert the topic": chain(apache("InsertField$Value", topic_field="t", partition_field="p")),
    "mask": chain(apache("MaskField$Value", fields="a")),
    "mask with a text": chain(apache("MaskField$Value", fields="a", replacement="7")),
    "key": chain(apache("ValueToKey", fields="a")),
    "key, one field": chain(apache("ValueToKey", fields="a"), apache("ExtractField$Key", field="a")),
    "key, two fields": chain(apache("ValueToKey", fields="a,b"), apache("Cast$Key", spec="a:string")),
    "header": chain(apache("HeaderFrom$Value", fields="a", headers="h", operation="move")),
    "header copied": chain(apache("HeaderFrom$Value", fields="a,b", headers="h,i", operation="copy")),
    "named": chain(apache("SetSchemaMetadata$Value", schema_name="shop.Order", schema_version="3")),
    "timestamp": chain(apache("TimestampConverter$Value", field="a", target_type="Timestamp", format="yyyy-MM-dd")),
    "timestamp to text": chain(apache("TimestampConverter$Value", field="a", target_type="string", format="yyyy-MM-dd")),
    "timestamp to unix": chain(apache("TimestampConverter$Value", field="a", target_type="unix", format="yyyy-MM-dd")),
    "filter": chain(confluent("Filter$Value", filter_condition="$[?(@.a > 0)]", filter_type="include")),
    "filter out": chain(confluent("Filter$Value", filter_condition="$[?(@.a == 'x')]", filter_type="exclude")),
    "topic by a field": chain(confluent("ExtractTopic$Value", field="a", skip_missing_or_null="true")),
    "drop the tombstones' value": chain(confluent("Drop$Value")) | {},
    "router": chain(apache("RegexRouter", regex="(.*)", replacement="$1-x")),
    "exclude, cast, insert": chain(
        apache("ReplaceField$Value", exclude="b", renames="o:p"), apache("Cast$Value", spec="a:string"),
        apache("InsertField$Value", static_field="s", static_value="x"),
    ),
}
