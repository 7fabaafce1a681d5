"""How `http-source consume` shows a record: a line for people, or a JSON document on a line for machines."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from http_source.connect.subjects import Part
from http_source.edges.kafka.topic_records import Record
from http_source.edges.registry.deserializer import Content, Deserializer, in_json
from http_source.foreign.text import escape


@dataclass(frozen=True, slots=True)
class Consumed:
    """A record with its value decoded, and its key where it is shown."""

    record: Record
    key: Content
    value: Content

    @property
    def problems(self) -> Mapping[Part, str]:
        """Why a part is shown undecoded."""
        return {part: each.problem for part, each in self._parts.items() if each.problem}

    @property
    def _parts(self) -> Mapping[Part, Content]:
        return {Part.KEY: self.key, Part.VALUE: self.value}

    def line(self, *, keyed: bool, headed: bool) -> str:
        """It for people: headers and key, if they are wanted, and the value, with tabs between them."""
        headers = [",".join(f"{escape(name)}:{_text(content)}" for name, content in self.record.headers)] if headed else []
        return "\t".join([*headers, *([self.key.line] if keyed else []), self.value.line])

    def document(self) -> str:
        """It for machines, in ASCII."""
        members = {
            "topic": self.record.topic,
            "partition": self.record.partition,
            "offset": self.record.offset,
            "timestamp": _time(self.record.timestamp),
            "key": replace(self.key, json=None) if _is_word(self.key) else self.key,
            "headers": [{"key": name, "value": _text(content)} for name, content in self.record.headers],
            "value": self.value,
        }
        return _ascii("{" + ", ".join(f"{json.dumps(name)}: {_member(each)}" for name, each in [*members.items(), *self._more()]) + "}")

    def _more(self) -> Iterator[tuple[str, Any]]:
        """What not every record has."""
        more = {
            "schemas": {part: _schema(each) for part, each in self._parts.items() if each.schema is not None},
            "encodings": {part: "base64" for part, each in self._parts.items() if _is_binary(each)},
            "problems": self.problems,
        }
        return ((name, each) for name, each in more.items() if each)


def consumed(record: Record, deserializer: Deserializer, *, keyed: bool) -> Consumed:
    """The record decoded; its key if that is shown."""
    # The bytes of a long may look like a schema's id, another one in each record, and the registry would be asked for all of them.
    key = deserializer.read(Part.KEY, record.topic, record.key, record.headers) if keyed else Content(record.key)
    return Consumed(record, key, deserializer.read(Part.VALUE, record.topic, record.value, record.headers))


def _member(each: Any) -> str:
    if not isinstance(each, Content):
        return json.dumps(each)
    if each.json is not None:
        return each.json
    if each.raw is not None and _is_binary(each):
        return json.dumps(b64encode(each.raw).decode())
    return json.dumps(None if each.raw is None else each.raw.decode())


def _is_word(content: Content) -> bool:
    """Whether a key is a text that happens to be JSON, such as one of digits: 7 and a7 are texts both."""
    return content.schema is None and content.json is not None and content.json[:1] not in {"{", "["}


def _is_binary(content: Content) -> bool:
    """Whether it is shown in base64: neither JSON nor text."""
    return content.raw is not None and content.json is None and (bool(content.problem) or not _is_text(content.raw))


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _schema(content: Content) -> Mapping[str, object]:
    id_ = content.schema if isinstance(content.schema, int) else str(content.schema)
    return {"id" if isinstance(id_, int) else "guid": id_} | ({"format": content.format} if content.format else {})


def _text(content: str | bytes | None) -> str | None:
    return escape(content.decode(errors="backslashreplace")) if isinstance(content, bytes) else None if content is None else str(content)


def _time(milliseconds: int | None) -> str | None:
    """ISO 8601 in UTC; the bare number beyond the years that a calendar has."""
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return str(milliseconds)


def _ascii(text: str) -> str:
    """JSON without a letter that a terminal's encoding could damage."""
    return "".join(letter if " " <= letter <= "~" else in_json(letter) for letter in text)
