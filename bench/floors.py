"""The least that each format costs with the same libraries: the bench's own records, known in advance, decoded by type and written at once.

`python -m bench.floors URL KAFKA FORMAT RECORDS` moves so many records and prints what that cost, as `bench.loops` does. AVRO is straight
lines for these fields, JSON_SR msgspec's own text of the structs, PROTOBUF one message of each record's fields. Nothing is inferred,
refused, counted or asked of a registry: every record has schema 1.
"""

import json
import sys
from collections.abc import Callable, Iterator
from struct import Struct as Layout
from typing import Annotated, Any, get_args, get_origin

import msgspec
import requests
from google.protobuf.message_factory import GetMessageClass
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import fields

from bench.figures import cost_of
from bench.loops import body_of, producer_at, refuse
from bench.setting import TOPIC
from http_source.connect.converters.protobuf_text import message_in

Long = Annotated[int, Meta(ge=-(1 << 63), le=(1 << 63) - 1)]


class Item(Struct, forbid_unknown_fields=True, gc=False):
    """One of a large record's."""

    sku: str | None = None
    qty: Long | None = None
    price: float | None = None
    words: str | None = None


class User(Struct, forbid_unknown_fields=True, gc=False):
    """Who it is of."""

    name: str | None = None
    tags: list[str | None] | None = None


class Source(Struct, forbid_unknown_fields=True, gc=False, rename={"timestamp": "@timestamp"}):
    """What it is of; `nothing` is always null, and `items` has a large record only."""

    sequence: Long | None = None
    timestamp: str | None = None
    big: Long | None = None
    amount: float | None = None
    ok: bool | None = None
    nothing: None = None
    user: User | None = None
    message: str | None = None
    url: str | None = None
    items: list[Item | None] | UnsetType | None = UNSET


class Hit(Struct, forbid_unknown_fields=True, gc=False, rename={"id": "_id", "score": "_score", "source": "_source"}):
    """A record."""

    id: str | None = None
    score: float | None = None
    source: Source | None = None


class _Hits(Struct):
    hits: list[Hit]


class _Answer(Struct):
    hits: _Hits


_MOST = 4096
_PROTO = """
syntax = "proto3";
message Hit { string _id = 1; double _score = 2; Source _source = 3; }
message Source {
  int64 sequence = 1; string _40timestamp = 2; int64 big = 3; double amount = 4; bool ok = 5; User user = 6; string message = 7;
  string url = 8; repeated Item items = 9;
}
message User { string name = 1; repeated string tags = 2; }
message Item { string sku = 1; int64 qty = 2; double price = 3; string words = 4; }
"""


def long(number: int) -> bytes:
    """A number in Avro."""
    rest, groups = number << 1 ^ number >> 63, bytearray()
    while rest >> 7:
        groups.append(rest & 0x7F | 0x80)
        rest >>= 7
    groups.append(rest)
    return bytes(groups)


def avro() -> Callable[[Hit], bytes]:
    """Straight lines for each field, every one of them nullable."""
    lines = ["def encode(v0):", " out = bytearray()", *_of_struct(Hit, "v0", 1), " return bytes(out)"]
    known: dict[str, Any] = {
        "long": long, "double": Layout("<Bd").pack, "UNSET": UNSET, "LONG": [long(each) for each in range(_MOST)],
        "SOME": [b"\2" + long(each) for each in range(_MOST)],
    }
    exec("\n".join(lines), known)  # noqa: S102 - made of nothing but what stands here
    made: Callable[[Hit], bytes] = known["encode"]
    return made


def _of_struct(kind: Any, name: str, depth: int) -> Iterator[str]:
    for number, field in enumerate(fields(kind)):
        if field.type is type(None):
            continue
        inner, indent = f"{name}_{number}", " " * depth
        yield f"{indent}{inner} = {name}.{field.name}"
        yield f"{indent}if {inner} is None: out.append(0)"
        yield f"{indent}elif {inner} is not UNSET:" if field.default is UNSET else f"{indent}else:"
        yield from _of_value(get_args(field.type)[0], inner, depth + 1)


def _of_value(kind: Any, name: str, depth: int) -> Iterator[str]:
    """Of one that is not null."""
    indent = " " * depth
    if kind in _LINES:
        yield from (indent + each.format(name) for each in _LINES[kind])
        return
    yield f"{indent}out.append(2)"
    if get_origin(kind) is not list:
        yield from _of_struct(kind, name, depth)
        return
    yield f"{indent}if {name}: out += long(len({name}))"
    yield f"{indent}for {name}_ in {name}:"
    yield f"{indent} if {name}_ is None: out.append(0)"
    yield f"{indent} else:"
    yield from _of_value(get_args(get_args(kind)[0])[0], f"{name}_", depth + 2)
    yield f"{indent}out.append(0)"


_LINES: dict[Any, list[str]] = {
    str: ["t = {0}.encode(); n = len(t)", f"out += SOME[n] if n < {_MOST} else b'\\2' + long(n)", "out += t"],
    Long: [f"out += SOME[{{0}}] if 0 <= {{0}} < {_MOST} else b'\\2' + long({{0}})"],
    float: ["out += double(2, {0})"],
    bool: ["out += b'\\2\\1' if {0} else b'\\2\\0'"],
}


def protobuf() -> Callable[[Hit], bytes]:
    """Messages made of the structs' own values."""
    message = GetMessageClass(message_in(_PROTO))

    def source(it: Source) -> dict[str, Any]:
        made: dict[str, Any] = {
            "sequence": it.sequence, "_40timestamp": it.timestamp, "big": it.big, "amount": it.amount, "ok": it.ok,
            "user": it.user and {"name": it.user.name, "tags": it.user.tags}, "message": it.message, "url": it.url,
        }
        if it.items:
            made["items"] = [each and {"sku": each.sku, "qty": each.qty, "price": each.price, "words": each.words} for each in it.items]
        return made

    def encode(hit: Hit) -> bytes:
        made = message(_id=hit.id, _score=hit.score, _source=hit.source and source(hit.source))
        return made.SerializeToString(deterministic=True)

    return encode


_FRAME = b"\0\0\0\0\1"
FLOORS: dict[str, tuple[bytes, Callable[[], Callable[[Any], bytes]]]] = {
    "AVRO": (_FRAME, avro), "JSON_SR": (_FRAME, lambda: msgspec.json.Encoder().encode), "PROTOBUF": (_FRAME + b"\0", protobuf),
}
"""Format → what stands before each value, and what makes the encoder."""


def move(url: str, kafka: str, name: str, total: int) -> None:
    """Move so many records."""
    producer, session, offset = producer_at(kafka), requests.Session(), 0
    session.trust_env = False
    frame, make = FLOORS[name]
    encode, decoder = make(), msgspec.json.Decoder(_Answer)
    while hits := decoder.decode(body_of(session, f"{url}/feed?offset={offset}&total={total}")).hits.hits:
        for hit in hits:
            producer.produce(TOPIC, frame + encode(hit), on_delivery=refuse)
        producer.flush()
        offset += len(hits)


def main(url: str, kafka: str, name: str, total: str) -> None:
    """Move records and print what that cost."""
    sys.stdout.write(json.dumps(cost_of(lambda: move(url, kafka, name, int(total)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
