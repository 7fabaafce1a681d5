"""The demo's Schema Registry as tests use it: it remembers what it was asked, and fails on demand."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from http_source.config.options.converter import RegistryOptions
from http_source.config.property import properties_of
from http_source.demo.registry.server import SchemaRegistry
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry import Registry
from http_source_tests.servers import Asked, Reply, api

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
        return Registry(address or RegistryAddress(url=self.url), registry_options(**options), registry_type)

    def calls(self) -> list[str]:
        """Method and path of every request."""
        return [f"{asked.method} {asked.target.partition('?')[0]}" for asked in self.asked]


@contextmanager
def registry(*, guids: bool = True) -> Iterator[Stand]:
    """Run a registry whose fault can be set at any time."""
    with SchemaRegistry(guids=guids) as server:

        def answer(asked: Asked) -> Reply:
            if (reply := stand.fault(asked)) is not None:
                return reply
            status, content = server.answer(asked.method, asked.target, asked.body)
            return Reply(json.dumps(content).encode(), status)

        with api(answer) as front:
            stand = Stand(front.url, server, front.asked)
            yield stand


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
