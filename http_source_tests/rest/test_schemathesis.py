"""Schemathesis asks whatever the description of `serve` allows, and much that it does not: nothing fails, and no secret comes back."""

import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source_tests.orchestration.stand import configuration
from http_source_tests.real_servers.pypi import installed
from http_source_tests.rest.changing import webserver
from http_source_tests.rest.daemon import beat
from http_source_tests.rest.serve_process import Serve, serve
from http_source_tests.rest.served import folder

pytestmark = pytest.mark.servers

VERSION = "4.32.5"
SECRET, TOKEN = "sample-of-a-secret", "sample-of-a-token"
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
def running(tmp_path: Path) -> Iterator[Serve]:
    """`serve` that may change connectors, with one that has a secret."""
    home = folder(tmp_path)
    orders = configuration(auth_type="bearer", bearer_token="${env:ORDERS_TOKEN}")
    (home / "connectors" / "orders.json").write_text(json.dumps(orders))
    environment = {"ORDERS_TOKEN": SECRET, "HTTP_SOURCE_REST_TOKEN": TOKEN, "HTTP_SOURCE_LOG_FORMAT": "json"}
    with webserver(home / "connectors") as dagster:
        options = ("--requests-per-second", "0", "--allow-changes", "--webserver", dagster.url)
        with serve(home, *options, **environment) as running:
            beat(home, time.time() + 3_600)
            yield running


def asked(running: Serve, where: Path, settings: str, most: int) -> Counter[tuple[str, int]]:
    """How often what was answered to each method; where nothing failed and no secret was seen."""
    where.mkdir()
    (where / "schemathesis.toml").write_text(settings)
    done = subprocess.run(
        [str(installed("schemathesis", VERSION) / "schemathesis"), "run", f"{running.url}/openapi.json",
         "--header", f"Authorization: Bearer {TOKEN}", "--checks", CHECKS, "--max-examples", str(most), "--seed", "1",
         "--phases", "examples,coverage,fuzzing", "--request-timeout", "60", "--suppress-health-check", "all", "--no-color",
         "--report", "ndjson", "--report-ndjson-path", "seen.ndjson"],
        cwd=where, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    assert SECRET not in (where / "seen.ndjson").read_text()
    print(done.stdout[-3000:])
    return int(re.findall(r"(\d+) generated", done.stdout)[-1])


