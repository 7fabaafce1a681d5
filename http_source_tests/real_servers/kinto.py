"""Kinto, a store of JSON records that is not ours: installed from PyPI, run on a port of its own, everything in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.program import is_served, running
from http_source_tests.real_servers.pypi import installed

VERSION = "26.5.0"
USER, PASSWORD = "shop", "s3cret"

_SETTINGS = """
[app:main]
use = egg:kinto
kinto.includes = kinto.plugins.accounts
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.account_create_principals = system.Everyone
kinto.bucket_create_principals = system.Authenticated
multiauth.policies = account
multiauth.policy.account.use = kinto.plugins.accounts.authentication.AccountsAuthenticationPolicy

[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = %(http_port)s
"""


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of the running server."""

    session: requests.Session
    origin: str
    path: str

    @property
    def records(self) -> str:
        """Their address."""
        return f"{self.origin}{self.path}/records"

    def post(self, numbers: Sequence[int]) -> None:
        """Add a record for each number, as another client of the API would."""
        for number in numbers:
            self._send("POST", self.records, {"number": number})

    def put(self, identity: str, number: int) -> None:
        """Replace a record, or add it by that identity."""
        self._send("PUT", f"{self.records}/{identity}", {"number": number})

    def delete(self, identity: str) -> None:
        """Delete a record."""
        self._send("DELETE", f"{self.records}/{identity}")

    def _send(self, method: str, url: str, data: dict[str, Any] | None = None) -> None:
        self.session.request(method, url, json={"data": data} if data else None, timeout=30).raise_for_status()


@dataclass(frozen=True, slots=True)
class Kinto:
    """A running server, and its user's connections."""

    session: requests.Session
    origin: str

    def create(self, path: str) -> Collection:
        """A new, empty collection at a path such as `/v1/buckets/shop/collections/orders`."""
        for each in (path.partition("/collections/")[0], path):
            self.session.put(self.origin + each, timeout=30).raise_for_status()
        return Collection(self.session, self.origin, path)


def install() -> Path:
    """What to run; skips the test where it cannot be installed."""
    return installed("kinto", VERSION) / "kinto"


@contextmanager
def kinto(program: Path, folder: Path) -> Iterator[Kinto]:
    """An empty server with one user."""
    settings = folder / "kinto.ini"
    settings.write_text(_SETTINGS, encoding="utf-8")
    origin = f"http://127.0.0.1:{(port := free_port(0))}"
    command = [str(program), "start", "--ini", str(settings), "--port", str(port)]
    with (
        running(command, folder, lambda _: is_served(f"{origin}/v1/"), environment={"KINTO_INI": str(settings)}),
        requests.Session() as session,
    ):
        session.put(f"{origin}/v1/accounts/{USER}", json={"data": {"password": PASSWORD}}, timeout=30).raise_for_status()
        session.auth = (USER, PASSWORD)
        yield Kinto(session, origin)
