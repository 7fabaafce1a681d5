"""SAP CAP, a framework of OData services that is not ours: installed from npm, serving a model of one kind of records from memory."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.npm import installed
from http_source_tests.real_servers.program import is_served, running

VERSION = "9.9.3"
"""The last line of versions that run on Node.js 20."""

_OTHERS = ("@cap-js/sqlite@2.4.2", "sql.js@1.13.0", "express@4.22.1")
PAGE = 20
_MODEL = """
@protocol: 'odata'
service shop {{
{entities}
}}
"""
_ENTITY = "  entity {name} {{ key id : Integer; changed : Timestamp; name : String; price : Decimal; }}"


@dataclass(frozen=True, slots=True)
class ODataService:
    """A running service."""

    url: str

    def at(self, collection: str, key: object = None) -> str:
        """The address of a collection, or of a record in it."""
        return f"{self.url}/odata/v4/shop/{collection}" + ("" if key is None else f"({key})")

    def post(self, collection: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records, as another client would."""
        with requests.Session() as session:
            for record in records:
                session.post(self.at(collection), json=record, timeout=60).raise_for_status()

    def patch(self, collection: str, key: object, **changes: object) -> None:
        requests.patch(self.at(collection, key), json=changes, timeout=60).raise_for_status()

    def delete(self, collection: str, key: object) -> None:
        requests.delete(self.at(collection, key), timeout=60).raise_for_status()


def install() -> Path:
    """The folder of modules. Skips the test where npm is missing."""
    return installed("@sap/cds", VERSION, *_OTHERS, compiles=False)


@contextmanager
def odata_service(modules: Path, folder: Path, collections: Sequence[str], *, keeps_place: bool = True) -> Iterator[ODataService]:
    """Serve those collections; links to next pages keep their place by the values of the last record, or count records."""
    (folder / "srv").mkdir()
    entities = "\n".join(_ENTITY.format(name=name) for name in collections)
    (folder / "srv" / "shop.cds").write_text(_MODEL.format(entities=entities), encoding="utf-8")
    (folder / "package.json").write_text(json.dumps({"name": "shop", "dependencies": dict(_named(modules)), "cds": _settings(keeps_place)}))
    (folder / "node_modules").symlink_to(modules)
    port = free_port(0)
    service = ODataService(f"http://127.0.0.1:{port}")
    environment = {"PORT": str(port), "HOST": "127.0.0.1", "NO_COLOR": "1", "CDS_HOME": str(folder), "HOME": str(folder)}
    with running([modules / ".bin" / "cds-serve"], folder, lambda _: is_served(service.at(collections[0])), environment=environment):
        yield service


def _named(modules: Path) -> Iterator[tuple[str, str]]:
    """Plugins are found by the dependencies of the project."""
    for name in ("@sap/cds", "@cap-js/sqlite"):
        yield name, json.loads((modules / name / "package.json").read_text(encoding="utf-8"))["version"]


def _settings(keeps_place: bool) -> Mapping[str, object]:  # noqa: FBT001 - handed on by its name
    limit = {"default": PAGE, "max": PAGE, "reliablePaging": keeps_place}
    return {"requires": {"db": {"kind": "sqlite", "driver": "sql.js", "credentials": {"url": ":memory:"}}}, "query": {"limit": limit}}
