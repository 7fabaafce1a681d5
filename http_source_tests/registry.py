"""The demo's Schema Registry as tests use it: it remembers what it was asked, fails on demand, and takes no schema that is none.

It lets any change of a schema pass: what a registry refuses, tests say themselves (`incompatible`), and a real one says in the tests
against real servers.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from http_source.config.options.converter import RegistryOptions
from http_source.config.property import properties_of
from http_source.connect.subjects import within
from http_source.demo.registry.server import SchemaRegistry
from http_source.demo.registry.versions import RegistryError, Store
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry import Registry
from http_source.foreign.redactor import Redactor
from http_source_tests.judges import fault_in
from http_source_tests.servers import Asked, Reply, api

_SENT_TO = re.compile(r"(/compatibility)?/subjects/(?P<subject>[^/]+)/versions(/[^/?]+)?(\?.*)?$")

Fault = Callable[[Asked], Reply | None]
"""What is answered instead; None lets the registry answer."""


def registry_options(**values: Any) -> RegistryOptions:
    """The values given, the rest with its property's default."""
    return RegistryOptions(**({field: each.default for field, each in properties_of(RegistryOptions).items()} | values))


@dataclass(slots=True)
class Stand:
    """A running registry: where it is, what it was asked, and the fault that is on."""

    url: str
    server: SchemaRegistry
    asked: list[Asked]
    fault: Fault = field(default=lambda _asked: None)

    def open(self, registry_type: str = "AVRO", *, address: RegistryAddress | None = None, **options: Any) -> Registry:
        """A client of it; `options` are those of RegistryOptions."""
        return Registry(address or RegistryAddress(url=self.url), registry_options(**options), registry_type, Redactor())

    def calls(self) -> list[str]:
        """Method and path of every request."""
        return [f"{asked.method} {asked.target.partition('?')[0]}" for asked in self.asked]


@contextmanager
def registry(*, guids: bool = True) -> Iterator[Stand]:
    """Run a registry whose fault can be set at any time; without GUIDs as all but Confluent's are."""
    with SchemaRegistry() as server:

        def answer(asked: Asked) -> Reply:
            if (reply := stand.fault(asked) or _refusal(server.store, asked)) is not None:
                return reply
            status, content = server.answer(asked.method, asked.target, asked.body)
            if not guids and isinstance(content, dict):
                content.pop("guid", None)
            return Reply(json.dumps(content).encode(), status)

        with api(answer) as front:
            stand = Stand(front.url, server, front.asked)
            yield stand


def _refusal(store: Store, asked: Asked) -> Reply | None:
    """What a registry answers to a schema that is none; None lets it pass."""
    place = _SENT_TO.match(asked.target)
    if asked.method != "POST" or place is None:
        return None
    sent = json.loads(asked.body)
    type_, imports = sent.get("schemaType", "AVRO"), dict(_imports(store, unquote(place["subject"]), sent.get("references", ())))
    fault = fault_in(type_, sent["schema"], imports)
    return None if fault is None else says(422, 42201, f"Invalid schema of type {type_}, details: {fault}")(asked)


def _imports(store: Store, parent: str, references: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The texts of what a schema imports, by the names that are used for them; what others import comes first."""
    for reference in references:
        subject = within(parent, reference["subject"])
        with suppress(RegistryError):
            _, schema = store.version(subject, str(reference["version"]))
            yield from _imports(store, subject, schema.references)
            yield reference["name"], schema.text


def says(status: int, code: int, message: str) -> Fault:
    """A registry's own refusal."""
    return lambda _asked: Reply(json.dumps({"error_code": code, "message": message}).encode(), status)


def shows_a_page(status: int = 200) -> Fault:
    """What a proxy or a login page answers."""
    return lambda _asked: Reply(b"<html><body>Please sign in, secret-word</body></html>", status, {"Content-Type": "text/html"})


def waits_for(gone: threading.Event) -> Fault:
    """Silence until the event."""

    def wait(_asked: Asked) -> None:
        gone.wait()

    return wait


def incompatible(reason: str) -> Fault:
    """A registry whose level forbids each change of a subject: it refuses to register one, and gives the reason to who asks before."""

    def refuse(asked: Asked) -> Reply | None:
        if asked.target.startswith("/compatibility/"):
            return Reply(json.dumps({"is_compatible": False, "messages": [reason]}).encode())
        if asked.method == "POST" and (place := _SENT_TO.match(asked.target)):
            words = f'Schema being registered is incompatible with an earlier schema for subject "{place["subject"]}", details: [{reason}]'
            return says(409, 409, words)(asked)
        return None

    return refuse
