"""localstripe, a Stripe-like API that is not ours: installed from PyPI, run on a port of its own, killed after the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.program import running
from http_source_tests.real_servers.pypi import installed

VERSION = "1.15.10"
KEY = "sk_test_12345"

# By itself it writes all it has into one file in /tmp, after each change.
_IN_MEMORY = "from localstripe import resources, server; resources.store.dump_to_disk = lambda: None; server.start()"


@dataclass(frozen=True, slots=True)
class Localstripe:
    """A running server."""

    session: requests.Session
    url: str

    @property
    def customers(self) -> str:
        """Their address."""
        return f"{self.url}/v1/customers"

    def create(self, names: Sequence[str]) -> None:
        """Add customers of those names, as another client of the API would."""
        for name in names:
            self.session.post(self.customers, data={"name": name}, timeout=30).raise_for_status()

    def delete(self, identity: str) -> None:
        """Delete a customer."""
        self.session.delete(f"{self.customers}/{identity}", timeout=30).raise_for_status()

    def forget(self) -> None:
        """Have no customers."""
        self.session.delete(f"{self.url}/_config/data", timeout=30).raise_for_status()

    def answer(self, **parameters: object) -> dict[str, Any]:
        """What it answers when it is asked for customers."""
        asked = {name: str(each) for name, each in parameters.items()}
        found: dict[str, Any] = self.session.get(self.customers, params=asked, timeout=30).json()
        return found

    def is_up(self) -> bool:
        """Whether it answers by now."""
        try:
            return self.session.get(self.customers, timeout=5).ok
        except requests.ConnectionError:
            return False


def install() -> Path:
    """The Python to run it with; skips the test where it cannot be installed."""
    return installed("localstripe", VERSION) / "python"


@contextmanager
def localstripe(python: Path, folder: Path) -> Iterator[Localstripe]:
    """An empty server, everything in memory."""
    command = [str(python), "-c", _IN_MEMORY, "--from-scratch", "--port", str(port := free_port(0))]
    with requests.Session() as session:
        session.auth = (KEY, "")
        server = Localstripe(session, f"http://127.0.0.1:{port}")
        with running(command, folder, lambda _: server.is_up()):
            yield server
