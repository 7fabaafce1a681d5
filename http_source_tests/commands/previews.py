"""Previews of pages that a local API serves, with the schemas that a person registered before."""

import json
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source_tests.registry import Stand
from http_source_tests.servers import api

ORDERS = {
    "name": "orders",
    "http.request.parameters": "start=${offset}",
    "http.initial.offset": "0",
    "topic.name.pattern": "orders",
    "output.data.format": "AVRO",
}
FIRST = [{"id": 1, "total": 5}, {"id": 2, "total": 6}]


def preview(folder: Path, records: list[Any], *flags: str, **properties: object) -> int:
    """The exit code of a preview of these records; `a_b` is the property a.b."""
    with api(lambda _: json.dumps(records).encode()) as server:
        given = {**ORDERS, "url": server.url, **{name.replace("_", "."): value for name, value in properties.items()}}
        (folder / "orders.json").write_text(json.dumps(given), encoding="utf-8")
        return main(["preview", *flags, str(folder / "orders.json")])


def document(capsys: pytest.CaptureFixture[str], folder: Path, records: list[Any], **properties: object) -> tuple[int, Any]:
    code = preview(folder, records, "--json", **properties)
    return code, json.loads(capsys.readouterr().out)


def put(stand: Stand, text: str, kind: str = "AVRO", subject: str = "orders-value") -> None:
    """Register a schema as a person would."""
    body = json.dumps({"schema": text, "schemaType": kind}).encode()
    assert stand.server.answer("POST", f"/subjects/{subject}/versions", body)[0] == 200


def record_of(**fields: str) -> str:
    """An Avro record of optional fields."""
    optional = [{"name": name, "type": ["null", kind], "default": None} for name, kind in fields.items()]
    return json.dumps({"type": "record", "name": "ConnectDefault", "namespace": "io.confluent.connect.avro", "fields": optional})
