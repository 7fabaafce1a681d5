"""stripe-stateful-mock, a Stripe-like API that is not ours: installed from npm, run on a port of its own, killed with all it started."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.npm import installed
from http_source_tests.real_servers.program import running
from http_source_tests.waiting import until

VERSION = "0.0.16"
KEY = "sk_test_0123456789abcdef"


@dataclass(frozen=True, slots=True)
class StripeStatefulMock:
    """A running server."""

    session: requests.Session
    url: str

    @property
    def customers(self) -> str:
        """Their address."""
        return f"{self.url}/v1/customers"

    def create(self, names: Sequence[str]) -> None:
        """Add customers of those descriptions, as another client of the API would, and let their second pass.

        The server sorts by whole seconds: a customer that comes later in one second stands behind those that were there.
        """
        created = 0
        for name in names:
            created = self._sent("POST", data={"description": name})["created"]
        until(lambda: time.time() >= created + 1)

    def listed(self) -> list[dict[str, Any]]:
        """All customers in the server's order."""
        found: list[dict[str, Any]] = self._sent("GET", params={"limit": "1000"})["data"]
        return found

    def _sent(self, method: str, **content: dict[str, str]) -> dict[str, Any]:
        with self.session.request(method, self.customers, timeout=30, **content) as answer:  # type: ignore[arg-type]  # by keyword
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
            return found


def install() -> Path:
    """What to run; skips the test where npm is missing."""
    return installed("stripe-stateful-mock", VERSION) / "stripe-stateful-mock" / "dist" / "cli.js"


@contextmanager
def stripe_stateful_mock(script: Path, folder: Path) -> Iterator[StripeStatefulMock]:
    """An empty server."""
    port = free_port(0)
    with (
        running(["node", script], folder, lambda written: "Server started" in written, environment={"PORT": str(port)}),
        requests.Session() as session,
    ):
        session.headers["Authorization"] = f"Bearer {KEY}"
        yield StripeStatefulMock(session, f"http://127.0.0.1:{port}")
