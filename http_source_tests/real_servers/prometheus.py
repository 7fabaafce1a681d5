"""Prometheus as Debian packages it: a server of its own with the shipped rules, in a hurry, gone with the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from http_source.demo.processes import free_port
from http_source_tests.real_servers.program import is_served, running

SHIPPED = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = SHIPPED / "http-source.rules.yaml"
WINDOW = "15s"
"""Over which rates are taken: a run says every four seconds what it has counted."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running server."""

    url: str

    def query(self, expression: str) -> list[Any]:
        """What an expression gives now: elements of a vector. Fails with Prometheus' words for one that it does not understand."""
        answered = requests.get(f"{self.url}/api/v1/query", params={"query": expression}, timeout=30).json()
        assert answered["status"] == "success", f"{expression}: {answered.get('error')}"
        return list(answered["data"]["result"])

    def firing(self) -> set[str]:
        """The names of the alerts that fire."""
        alerts = requests.get(f"{self.url}/api/v1/alerts", timeout=30).json()["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


@contextmanager
def prometheus_server(target: str) -> Iterator[Prometheus]:
    """Run a server that scrapes `target`, host:port, every second. Skips the test where none is installed."""
    program = installed("prometheus")
    port = free_port(0)
    with tempfile.TemporaryDirectory(prefix="http-source-prometheus-") as folder:
        home = Path(folder)
        _write(home, target)
        options = {"config.file": home / "prometheus.yaml", "storage.tsdb.path": home / "data", "web.listen-address": f"127.0.0.1:{port}"}
        url = f"http://127.0.0.1:{port}"
        with running([program, *(f"--{name}={value}" for name, value in options.items())], home, lambda _: is_served(f"{url}/-/ready")):
            yield Prometheus(url)


def installed(name: str) -> str:
    """A program of the package; skips the test where it is missing."""
    if not (program := shutil.which(name)):
        pytest.skip(f"{name} is missing: on Debian install prometheus to run this test")
    return program


def _write(home: Path, target: str) -> None:
    """The shipped files, with shorter times."""
    settings = yaml.safe_load((SHIPPED / "prometheus.yaml").read_text(encoding="utf-8"))
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["scrape_configs"][0]["static_configs"][0]["targets"] = [target]
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        rule["expr"] = rule["expr"].replace("[5m]", f"[{WINDOW}]").replace("[15m]", f"[{WINDOW}]")
        rule["for"] = "2s"
    (home / "prometheus.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (home / "http-source.rules.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
