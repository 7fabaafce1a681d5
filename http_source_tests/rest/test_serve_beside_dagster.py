"""The real thing: `http-source serve` beside `dagster dev`. Ending it, or killing it, changes nothing for polling."""

import json
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from http_source.demo.broker import start_cluster
from http_source.demo.processes import free_port
from http_source_tests.hosts.waiting import allowed
from http_source_tests.orchestration.api import Answer, Api, serving
from http_source_tests.orchestration.dagster_dev import ROOT, dagster_dev
from http_source_tests.orchestration.stand import configuration
from http_source_tests.rest.serve_process import Serve, serve, wait_for
from http_source_tests.servers import Api as Chat
from http_source_tests.servers import Reply, api

pytestmark = pytest.mark.servers

@dataclass
class Beside:
    """What `serve` runs beside.

    Attributes:
        folder: where `dagster dev` runs.
        polled: what its connectors ask.
        chat: where alerts are sent.
    """

    folder: Path
    polled: Api
    chat: Chat

    def asked(self) -> int:
        """How often the connector that is well has asked."""
        return len(self.polled.offsets("a"))

    def lines(self, connector: str) -> list[dict[str, str]]:
        """What runs of a connector have logged."""
        lines = [json.loads(line) for line in (self.folder / "dagster.log").read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("connector") == connector]

    def goes_on(self) -> None:
        """Wait for more requests, all of which are the same run's."""
        before = self.asked()
        wait_for(lambda: self.asked() > before + 20)
        assert len({line["run"] for line in self.lines("orders")}) == 1


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """`dagster dev` with a connector that polls for ever, one whose API answers 404, one with mistakes, and the alerts of the page."""

    def answer(entity: str, start: int) -> Answer:
        threading.Event().wait(0.05)
        return (404, "text/plain", b"no") if entity == "gone" else polled.page(entity, start)

    folder, (host, brokers) = tmp_path_factory.mktemp("beside"), start_cluster()
    with serving(10_000_000) as polled, api(lambda _: Reply(b"ok")) as chat, pytest.MonkeyPatch.context() as environment:
        polled.answer = answer
        environment.setenv("ALERT_WEBHOOK_URL", chat.url)
        environment.setenv("HTTP_SOURCE_LOG_FORMAT", "json")
        connectors = {"orders": connector(polled, "orders", "a"), "refunds": connector(polled, "refunds", "gone"), "broken": {}}
        service = dagster_dev(folder, connectors, brokers, free_port(0))
        for name in ("alerts.py", "workspace.yaml"):
            shutil.copy(ROOT / "examples" / "alerts" / name, folder)
        with service:
            # Two programs that make Dagster's SQLite storage in the same moment fail each other.
            wait_for(lambda: polled.offsets("a"))
            yield Beside(folder, polled, chat)
    host.flush()


def connector(polled: Api, name: str, entity: str) -> dict[str, object]:
    properties = configuration(polled.url, entity_names=entity, run_max_seconds="900", topic_name_pattern=f"{name}-${{entityName}}")
    return properties | {"name": name}


def test_it_is_healthy_beside_a_daemon_and_ends_at_once_when_it_is_told_to(beside: Beside) -> None:
    with serve(beside.folder) as running:
        wait_for(lambda: requests.get(f"{running.url}/health", timeout=20).status_code == 200)
        wait_for(lambda: beside.asked() > 50)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(120) == 0
        assert time.monotonic() - began < allowed(5)
        assert [line for line in running.lines() if line["level"] == "ERROR" and "starting" not in line["message"]] == []
    beside.goes_on()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 0)])
def test_ending_it_while_it_is_asked_changes_nothing_for_polling(beside: Beside, number: int, status: int) -> None:
    with serve(beside.folder) as running:
        asking = [threading.Thread(target=asked, args=(running,)) for _ in range(4)]
        for each in asking:
            each.start()
        running.process.send_signal(number)
        assert running.process.wait(120) == status
        for each in asking:
            each.join()
    beside.goes_on()


def asked(running: Serve) -> None:
    with suppress(requests.RequestException):
        requests.get(f"{running.url}/connectors?expand=status", timeout=60)


def test_connectors_that_need_a_person_are_reported_to_a_chat(beside: Beside) -> None:
    wanted = {"*refunds needs a person (1 FAILED)*", "*broken needs a person (1 FAILED)*"}
    wait_for(lambda: wanted <= {text.partition("\n")[0] for text in said(beside.chat)})
    assert any("404" in text for text in said(beside.chat))


def test_each_line_of_a_run_says_what_it_is_about(beside: Beside) -> None:
    failed = wait_for(lambda: [line for line in beside.lines("refunds") if line.get("entity") == "gone"])
    assert failed[0]["run"]
    assert failed[0]["message"].startswith("Entity gone FAILED at offset 0: ")


def said(chat: Chat) -> list[str]:
    return [json.loads(asked.body)["text"] for asked in chat.asked]
