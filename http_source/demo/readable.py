"""Values as people read them: what carries a schema's id is decoded with that schema."""

import io
import json
from collections.abc import Mapping
from typing import Any, Self

import requests
from fastavro import parse_schema, schemaless_reader

_MAGIC = 0
_HEAD = 5
_TIMEOUT_SECONDS = 5


class Readable:
    """Decodes the values of topics; asks the registry once for each schema."""

    def __init__(self, registry: str) -> None:
        self._url = registry
        self._known: dict[int, Mapping[str, Any]] = {}
        self._session = requests.Session()
        self._session.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def text(self, value: bytes | None) -> str:
        """Return the value as JSON as far as it can be read, and as the text of its bytes otherwise."""
        if value is None:
            return "null"
        if len(value) < _HEAD or value[0] != _MAGIC:
            return value.decode(errors="replace")
        try:
            return _decoded(self._schema(int.from_bytes(value[1:_HEAD], "big")), value[_HEAD:])
        except (requests.RequestException, LookupError, ValueError, EOFError):
            return value.decode(errors="replace")

    def _schema(self, number: int) -> Mapping[str, Any]:
        if number not in self._known:
            self._known[number] = self._session.get(f"{self._url}/schemas/ids/{number}", timeout=_TIMEOUT_SECONDS).json()
        return self._known[number]


def _decoded(schema: Mapping[str, Any], payload: bytes) -> str:
    """The payload as JSON; that of Protobuf is not decoded."""
    if schema.get("schemaType", "AVRO") == "AVRO":
        value = schemaless_reader(io.BytesIO(payload), parse_schema(json.loads(schema["schema"])), None)
        return json.dumps(value, ensure_ascii=False, default=str)
    return payload.decode(errors="replace")
