"""Schemathesis asks whatever the description of `serve` allows, and much that it does not: nothing fails, and no secret comes back."""

import json
import re
import subprocess
import time
from pathlib import Path

import pytest

from http_source_tests.orchestration.stand import configuration
from http_source_tests.real_servers.pypi import installed
from http_source_tests.rest.daemon import beat
from http_source_tests.rest.serve_process import Serve, serve
from http_source_tests.rest.served import folder

pytestmark = pytest.mark.servers

VERSION = "4.32.5"
SECRET, TOKEN = "sample-of-a-secret", "sample-of-a-token"
MOST = 200
"""Examples of each operation and phase."""

CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,ignored_auth"
THERE = '[parameters]\n"path.name" = "orders"\n"path.logger" = "http_source"\n'
"""Has it ask for what there is; without that, mostly for what there is not."""


def asked(running: Serve, where: Path, settings: str) -> int:
    """How many cases were tried; where nothing failed and no secret was seen."""
    where.mkdir()
    (where / "schemathesis.toml").write_text(settings)
    done = subprocess.run(
        [str(installed("schemathesis", VERSION) / "schemathesis"), "run", f"{running.url}/openapi.json",
         "--header", f"Authorization: Bearer {TOKEN}", "--checks", CHECKS, "--max-examples", str(MOST), "--seed", "1",
         "--phases", "examples,coverage,fuzzing", "--request-timeout", "60", "--suppress-health-check", "all", "--no-color",
         "--report", "ndjson", "--report-ndjson-path", "seen.ndjson"],
        cwd=where, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    assert SECRET not in (where / "seen.ndjson").read_text()
    return int(re.findall(r"(\d+) generated", done.stdout)[-1])


def test_nothing_fails_and_no_secret_is_shown(tmp_path: Path) -> None:
    home = folder(tmp_path)
    orders = configuration(auth_type="bearer", bearer_token="${env:ORDERS_TOKEN}")
    (home / "connectors" / "orders.json").write_text(json.dumps(orders))
    environment = {"ORDERS_TOKEN": SECRET, "HTTP_SOURCE_REST_TOKEN": TOKEN, "HTTP_SOURCE_LOG_FORMAT": "json"}
    with serve(home, "--requests-per-second", "0", **environment) as running:
        beat(home, time.time() + 3_600)
        counts = [asked(running, tmp_path / f"schemathesis-{number}", settings) for number, settings in enumerate(("", THERE))]
        assert running.process.poll() is None, running.log.read_text()[-3_000:]
    assert sum(counts) > 5 * MOST
    log = running.log.read_text()
    assert [word for word in (SECRET, TOKEN, "Traceback") if word in log] == []
