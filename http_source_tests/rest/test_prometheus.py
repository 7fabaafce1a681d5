"""Prometheus, its rules and the dashboard: the real server scrapes a real `http-source serve` beside a real run."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from http_source.demo.processes import free_port
from http_source.orchestration.status import open_instance
from http_source_tests.demo.waiting import with_package
from http_source_tests.kafka import kafka
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.home import folder
from http_source_tests.orchestration.stand import Stand, configuration, runs_end
from http_source_tests.real_servers import pypi
from http_source_tests.real_servers.program import is_served, running
from http_source_tests.real_servers.prometheus import RULES, SHIPPED, WINDOW, Prometheus, installed, prometheus_server
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

DASHBOARD = SHIPPED.parent / "grafana" / "http-source.json"
CASES = Path(__file__).with_name("rules.test.yaml")
READER = """
import json, sys
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

register_default_plugins()
print(JSONEncoder().encode(Dashboard.from_json(json.load(sys.stdin))))
"""
"""Grafana's own models of a dashboard: they keep what they know, and drop the rest."""

SERVE = "import sys; from http_source.cli import main; sys.exit(main())"


class At(Api):
    """The same API, at a port that it had before."""

    port = 0

    def server_bind(self) -> None:
        self.server_address = ("127.0.0.1", self.port)
        super().server_bind()


@contextmanager
def api_at(port: int) -> Iterator[Api]:
    """Served from then to the end of the block."""
    with type("AtPort", (At,), {"port": port})(10**9, 10) as api:
        # A connection that is kept would be served on when the port is closed.
        api.headers["Connection"] = "close"
        thread = threading.Thread(target=api.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield api
        finally:
            api.shutdown()
            thread.join()


@contextmanager
def watched(tmp_path: Path, brokers: str, port: int, **properties: object) -> Iterator[Prometheus]:
    """A folder with a run at work, `http-source serve` as users start it, and Prometheus."""
    config = configuration(f"http://127.0.0.1:{port}", run_max_seconds="600", offset_flush_interval_ms="1000", **properties)
    (folder(tmp_path) / "connectors" / "orders.json").write_text(json.dumps(config))
    with open_instance() as instance, runs_end(instance):
        stand, address = Stand(instance, config, brokers), f"127.0.0.1:{(served := free_port(0))}"
        (request,) = stand.tick()
        stand.start(request)
        command = [sys.executable, "-c", SERVE, "serve", "--port", str(served)]
        with (
            running(command, tmp_path, lambda _: is_served(f"http://{address}/metrics"), environment=with_package()),
            prometheus_server(address) as prometheus,
        ):
            yield prometheus


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_alert_fires_while_the_api_is_away_and_clears_when_it_is_back(tmp_path: Path) -> None:
    port = free_port(0)
    with kafka() as cluster, ExitStack() as stack:
        with api_at(port):
            prometheus = stack.enter_context(watched(tmp_path, cluster.bootstrap, port, max_retries="100000", retry_backoff_ms="100"))
            until(lambda: prometheus.query(f"rate(kafka_connect_source_task_metrics_source_record_write_total[{WINDOW}]) > 0"))
            until(lambda: "HttpSourceApiAway" not in prometheus.firing())
        until(lambda: "HttpSourceApiAway" in prometheus.firing())
        with api_at(port):
            until(lambda: "HttpSourceApiAway" not in prometheus.firing())


def test_an_alert_fires_while_kafka_is_away_and_clears_when_it_is_back(tmp_path: Path) -> None:
    port = free_port(0)
    with kafka() as cluster, api_at(port), watched(tmp_path, cluster.bootstrap, port) as prometheus:
        until(lambda: prometheus.query("http_source_kafka_up == 1"))
        cluster.go_down()
        until(lambda: "HttpSourceKafkaAway" in prometheus.firing())
        cluster.come_up()
        until(lambda: "HttpSourceKafkaAway" not in prometheus.firing())


def test_each_query_of_the_dashboard_finds_something(tmp_path: Path) -> None:
    """Or nothing, as its panel says in `No value` why."""
    port = free_port(0)
    with kafka() as cluster, api_at(port), watched(tmp_path, cluster.bootstrap, port) as prometheus:
        until(lambda: prometheus.query(f"rate(http_source_pages_total[{WINDOW}]) > 0"))
        queries = {(panel["title"], query): panel["fieldConfig"]["defaults"].get("noValue") for panel, query in dashboard_queries()}
        empty = {title for (title, query), why in queries.items() if not prometheus.query(query) and not why}
    assert empty == set()
    assert len(queries) > 20


def test_the_rules_are_what_promtool_takes() -> None:
    for arguments in (["check", "rules", str(RULES)], ["check", "config", str(SHIPPED / "prometheus.yaml")], ["test", "rules", str(CASES)]):
        done = subprocess.run([installed("promtool"), *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_rule_has_a_case() -> None:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    cases = yaml.safe_load(CASES.read_text(encoding="utf-8"))["tests"]
    tried = {each["alertname"] for case in cases for each in case["alert_rule_test"] if each["exp_alerts"]}
    calm = {each["alertname"] for case in cases for each in case["alert_rule_test"] if not each["exp_alerts"]}
    assert tried == calm == {rule["alert"] for rule in rules}


def test_grafana_s_own_models_know_everything_in_the_dashboard() -> None:
    python = pypi.installed("grafana-foundation-sdk", "1769699379!11.6.0") / "python"
    text = DASHBOARD.read_text(encoding="utf-8")
    done = subprocess.run([python, "-c", READER], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(dropped(json.loads(text), json.loads(done.stdout))) == []


def test_the_panels_of_the_dashboard_have_ids_of_their_own_and_do_not_overlap() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [(x, y) for place in (panel["gridPos"] for panel in panels)
             for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def dropped(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Where something of ours is not in theirs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name, value in ours.items():
            if name in theirs:
                yield from dropped(value, theirs[name], f"{place}/{name}")
            elif value is not None:
                yield f"{place}/{name}"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            yield from dropped(*pair, f"{place}/{number}")
    elif ours != theirs:
        yield place


def dashboard_queries() -> Iterator[tuple[Any, str]]:
    """The queries of the panels, as Grafana sends them when all connectors are chosen."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            yield panel, target["expr"].replace("$connector", ".*").replace("$__rate_interval", WINDOW)
