"""oidc-provider, a certified authorization server that is not ours: installed from npm, run on a port of its own, killed at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.npm import installed
from http_source_tests.real_servers.program import running

VERSION = "9.13.3"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")

_API = ("api", "api-secret")


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """A running server."""

    url: str

    @property
    def token_url(self) -> str:
        """Where tokens are given."""
        return f"{self.url}/token"

    def look_up(self, token: str) -> dict[str, Any]:
        """What the server says of a token (RFC 7662), as an API asks that gets one."""
        found: dict[str, Any] = self._ask("introspection", token).json()
        return found

    def revoke(self, token: str) -> None:
        """Take a token back (RFC 7009)."""
        self._ask("revocation", token)

    def refresh_token(self, client: str) -> str:
        """A refresh token as a person gives one to a client: `rotated` gets another with each use, `kept` none."""
        with requests.get(f"{self.url}/refresh-token/{client}", timeout=30) as answer:
            answer.raise_for_status()
            return answer.text

    def _ask(self, what: str, token: str) -> requests.Response:
        with requests.post(f"{self.url}/token/{what}", data={"token": token}, auth=_API, timeout=30) as answer:
            answer.raise_for_status()
            return answer


def install() -> Path:
    """Its module; skips the test where npm is missing."""
    return installed("oidc-provider", VERSION) / "oidc-provider" / "lib" / "index.js"


@contextmanager
def oidc_provider(module: Path, folder: Path, secret: str, jwks: str = '{"keys": []}') -> Iterator[OidcProvider]:
    """A server whose clients `shop` (in the header) and `form` have that secret, and `signing` one of the public keys (RFC 7517)."""
    port = free_port(0)
    with running(["node", SCRIPT, module, str(port), secret, jwks], folder, lambda written: "listening" in written):
        yield OidcProvider(f"http://127.0.0.1:{port}")
