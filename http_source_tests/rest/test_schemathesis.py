"""Schemathesis asks whatever the description of `serve` allows, and much that it does not: nothing fails, and no secret comes back."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source_tests.orchestration.home import folder
from http_source_tests.orchestration.stand import Stand, configuration
from http_source_tests.real_servers.pypi import installed
from http_source_tests.rest.changing import open_in, webserver
from http_source_tests.rest.daemon import beat
from http_source_tests.rest.serve_process import Serve, serve
from http_source_tests.rest.served import Served
from http_source_tests.rest.ticking import ticking

pytestmark = pytest.mark.servers

VERSION = "4.32.5"
SECRET, TOKEN = "sample-of-a-secret", "sample-of-a-token"
FEW = 3
"""Examples of each operation."""

CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,ignored_auth"
ANY = ""
THERE = """[parameters]
"path.name" = "orders"
"path.plugin" = "HttpSource"
"path.logger" = "http_source"

[[operations]]
include-method = "DELETE"
include-path = "/connectors/{name}"
enabled = false
"""
"""Has it ask for what there is, and leave that there; without this, mostly for what there is not."""


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """`serve` that may change connectors, with one that has a secret and is polled."""
    home = folder(tmp_path)
    orders = configuration(auth_type="bearer", bearer_token="${env:ORDERS_TOKEN}")
    (home / "connectors" / "orders.json").write_text(json.dumps(orders))
    monkeypatch.setenv("ORDERS_TOKEN", SECRET)
    environment = {"HTTP_SOURCE_REST_TOKEN": TOKEN, "HTTP_SOURCE_LOG_FORMAT": "json"}
    with webserver(home / "connectors") as dagster, open_in(home, monkeypatch) as instance:
        options = ("--requests-per-second", "0", "--allow-changes", "--webserver", dagster.url)
        with serve(home, *options, **environment) as running:
            beat(home, time.time() + 3_600)
            with ticking(Served(home, instance, running.url), Stand(instance, orders)):
                yield running


def asked(running: Serve, where: Path, settings: str, most: int, seed: int = 1) -> int:
    """How many requests were sent, with so many examples for each operation; where nothing failed and no secret was seen."""
    where.mkdir()
    (where / "schemathesis.toml").write_text(settings)
    done = subprocess.run(
        [str(installed("schemathesis", VERSION) / "schemathesis"), "run", f"{running.url}/openapi.json",
         "--header", f"Authorization: Bearer {TOKEN}", "--checks", CHECKS, "--max-examples", str(most), "--seed", str(seed),
         "--phases", "examples,coverage,fuzzing", "--request-timeout", "60", "--suppress-health-check", "all", "--no-color",
         "--report", "ndjson", "--report-ndjson-path", "seen.ndjson"],
        cwd=where, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    assert running.process.poll() is None, running.log.read_text()[-3_000:]
    seen, log = (where / "seen.ndjson").read_text(), running.log.read_text()
    assert SECRET not in seen
    assert [word for word in (SECRET, TOKEN, "Traceback") if word in log] == []
    return int(re.findall(r"(\d+) generated", done.stdout)[-1])


@pytest.mark.long
def test_nothing_fails_and_no_secret_is_shown(running: Serve, tmp_path: Path) -> None:
    assert asked(running, tmp_path / "schemathesis", THERE, FEW) > 100


@pytest.mark.long
@pytest.mark.parametrize(("settings", "most", "seed", "least"), [(ANY, 140, 1, 3_500), (ANY, 140, 2, 3_500), (THERE, 260, 1, 3_000)])
def test_nothing_fails_and_no_secret_is_shown_in_ten_thousand_requests(  # noqa: PLR0913 - the parts of the ten thousand
    running: Serve, tmp_path: Path, *, settings: str, most: int, seed: int, least: int,
) -> None:
    assert asked(running, tmp_path / "schemathesis", settings, most, seed) > least
