"""A Docker registry as Debian packages it: everything in memory, on a port of its own, killed after the tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.program import is_served, running

_PROGRAM = "docker-registry"
_CONFIGURATION = """version: 0.1
log: {{level: error}}
storage: {{inmemory: {{}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""

_CONFIG = b"{}"
_DIGEST = f"sha256:{sha256(_CONFIG).hexdigest()}"
_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_MANIFEST = {
    "schemaVersion": 2, "mediaType": _MANIFEST_TYPE, "layers": [],
    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": _DIGEST, "size": len(_CONFIG)},
}


@dataclass(frozen=True, slots=True)
class DockerRegistry:
    """A running registry."""

    url: str

    def push(self, *repositories: str, tag: str = "1.0") -> None:
        """Push the same small image without layers to each repository, as another client would."""
        with requests.Session() as session:
            for repository in repositories:
                self._push(session, f"{self.url}/v2/{repository}", tag)

    def _push(self, session: requests.Session, repository: str, tag: str) -> None:
        with session.post(f"{repository}/blobs/uploads/") as started:
            upload = urljoin(repository, started.headers["Location"])
        session.put(upload, _CONFIG, params={"digest": _DIGEST}, headers={"Content-Type": "application/octet-stream"}).raise_for_status()
        session.put(f"{repository}/manifests/{tag}", json=_MANIFEST, headers={"Content-Type": _MANIFEST_TYPE}).raise_for_status()


def install() -> str:
    """What to run; skips the test where it is missing."""
    program = shutil.which(_PROGRAM)
    if program is None:
        pytest.skip(f"{_PROGRAM} is missing: on Debian install {_PROGRAM} to run this test")
    return program


@contextmanager
def docker_registry(program: str, folder: Path) -> Iterator[DockerRegistry]:
    """A registry without repositories."""
    registry = DockerRegistry(f"http://127.0.0.1:{(port := free_port(0))}")
    configuration = folder / "registry.yml"
    configuration.write_text(_CONFIGURATION.format(port=port), encoding="utf-8")
    with running([program, "serve", configuration], folder, lambda _: is_served(f"{registry.url}/v2/")):
        yield registry
