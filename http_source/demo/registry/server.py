"""A Schema Registry in memory, for the demo and the tests: the calls that clients make.

It judges neither schemas nor their changes, as one at compatibility level NONE: what a format allows, its own library says.
Source: the API of Confluent's Schema Registry. Left out: levels, soft deletes, rules, associations, and Protobuf in serialized form.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from http_source.demo.registry.versions import NOT_VALID, RegistryError, Schema, Store
from http_source.demo.serving import LocalHandler, LocalServer

Json = Any
_Query = Mapping[str, str]
_TYPES = ("AVRO", "JSON", "PROTOBUF")


class SchemaRegistry(LocalServer):
    """Serves a store on 127.0.0.1; port 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port, _Handler)
        self.store = Store()
        self._lock = threading.Lock()

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Json]:
        """Status and content of the answer to one request."""
        url = urlsplit(target)
        try:
            for verb, path, call in _ROUTES:
                if verb == method and (match := path.fullmatch(url.path)):
                    with self._lock:
                        return HTTPStatus.OK, call(self, *map(unquote, match.groups()), dict(parse_qsl(url.query)), body)
        except RegistryError as error:
            return error.status, {"error_code": error.code, "message": str(error)}
        return HTTPStatus.NOT_FOUND, {"error_code": 404, "message": "HTTP 404 Not Found"}

    def register(self, subject: str, _query: _Query, body: bytes) -> Json:
        """Register a schema, or find it registered."""
        schema = _schema(body)
        return self._entry(subject, self.store.register(subject, schema), schema)

    def look_up(self, subject: str, _query: _Query, body: bytes) -> Json:
        """Find a schema under a subject."""
        schema = _schema(body)
        return self._entry(subject, self.store.lookup(subject, schema), schema)

    def list_subjects(self, _query: _Query, _body: bytes) -> Json:
        """Name every subject."""
        return sorted(self.store.subjects)

    def list_versions(self, subject: str, _query: _Query, _body: bytes) -> Json:
        """Number a subject's versions."""
        return list(range(1, len(self.store.versions(subject)) + 1))

    def show_version(self, subject: str, name: str, _query: _Query, _body: bytes) -> Json:
        """Show a version of a subject."""
        return self._entry(subject, *self.store.version(subject, name))

    def show_schema(self, number: str, query: _Query, _body: bytes) -> Json:
        """Show a schema by its id, of the context that the subject in the query has."""
        return _content(self.store.by_id(query.get("subject", ""), int(number)))

    def show_schema_by_guid(self, guid: str, _query: _Query, _body: bytes) -> Json:
        """Show a schema by its GUID."""
        return _content(self.store.by_guid(guid))

    def show_level(self, _subject: str, _query: _Query, _body: bytes) -> Json:
        """Say that no change is judged."""
        return {"compatibilityLevel": "NONE"}

    def judge(self, _subject: str, _name: str, _query: _Query, _body: bytes) -> Json:
        """Say that any schema may follow any other."""
        return {"is_compatible": True}

    def _entry(self, subject: str, version: int, schema: Schema) -> dict[str, Json]:
        return {"subject": subject, "version": version, "id": self.store.id_of(subject, schema)} | _content(schema)


def _schema(body: bytes) -> Schema:
    """Raises RegistryError for what cannot be kept."""
    try:
        sent = json.loads(body)
        schema = Schema(sent["schema"], sent.get("schemaType") or "AVRO", tuple(sent.get("references") or ()))
        known = schema.canonical and schema.type in _TYPES
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise RegistryError(NOT_VALID, f"Invalid schema: {error}") from None
    if not known:
        raise RegistryError(NOT_VALID, f"Invalid schema type {schema.type}")
    return schema


def _content(schema: Schema) -> dict[str, Json]:
    """As Confluent's registry does, without what has its default."""
    type_ = {} if schema.type == "AVRO" else {"schemaType": schema.type}
    return type_ | ({"references": schema.references} if schema.references else {}) | {"schema": schema.text, "guid": str(schema.guid)}


_SUBJECT, _VERSION = "([^/]+)", "([^/]+)"
_ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., Json]], ...] = tuple(
    (method, re.compile(path), call)
    for method, path, call in (
        ("POST", f"/subjects/{_SUBJECT}/versions", SchemaRegistry.register),
        ("POST", f"/subjects/{_SUBJECT}", SchemaRegistry.look_up),
        ("GET", "/subjects", SchemaRegistry.list_subjects),
        ("GET", f"/subjects/{_SUBJECT}/versions", SchemaRegistry.list_versions),
        ("GET", f"/subjects/{_SUBJECT}/versions/{_VERSION}", SchemaRegistry.show_version),
        ("GET", r"/schemas/ids/(\d+)", SchemaRegistry.show_schema),
        ("GET", "/schemas/guids/([^/]+)", SchemaRegistry.show_schema_by_guid),
        ("GET", "/config/?([^/]*)", SchemaRegistry.show_level),
        ("POST", f"/compatibility/subjects/{_SUBJECT}/versions/{_VERSION}", SchemaRegistry.judge),
    )
)


class _Handler(LocalHandler):
    server: SchemaRegistry
    content_type = "application/vnd.schemaregistry.v1+json"

    def answer(self, body: bytes) -> tuple[int, Json]:
        return self.server.answer(self.command, self.path, body)
