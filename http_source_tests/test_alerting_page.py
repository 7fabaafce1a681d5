"""docs/alerting.md and examples/alerts: what they send, over a real instance, a webhook and a mail server."""

import asyncio
import json
import os
import re
import runpy
import shutil
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from aiosmtpd.smtp import SMTP, Envelope, Session

from http_source.entity import Doubted
from http_source.model import Lasts
from http_source.orchestration.checks import evaluation
from http_source_tests.servers import Api, Asked, Reply, api

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "alerting.md").read_text(encoding="utf-8")
FILE = ROOT / "examples" / "alerts" / "alerts.py"
ORDERS, REFUNDS = dg.AssetKey("orders"), dg.AssetKey(["shop", "re<funds"])


UI = "https://dagster.example.com/assets"
WHERE = {"MAIL_TO": "oncall@example.com", "MAIL_FROM": "http-source@example.com", "SMTP_HOST": "127.0.0.1",
         "DAGSTER_URL": "https://dagster.example.com/"}


@dataclass
class Mailbox:
    """What a mail server took; it refuses what comes while it is `closed`."""

    port: int = 0
    closed: bool = False
    mails: list[Message] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.closed:
            return "451 come again later"
        self.mails.append(message_from_bytes(envelope.content if isinstance(envelope.content, bytes) else b""))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    # Not aiosmtpd's own controller, which cannot choose a port.
    mailbox, opened, loops = Mailbox(), threading.Event(), []
    ended = asyncio.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        async with await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0) as server:
            mailbox.port = server.sockets[0].getsockname()[1]
            loops.append(loop)
            opened.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert opened.wait(30)
        yield mailbox
    finally:
        loops[0].call_soon_threadsafe(ended.set)
        thread.join()


@dataclass
class Alerts:
    """The sensor as the daemon ticks it, with what it sends.

    Attributes:
        refuses: whether the chat answers with 500.
    """

    instance: dg.DagsterInstance
    sensor: dg.SensorDefinition
    chat: Api
    mailbox: Mailbox
    refuses: list[bool]
    cursor: str | None = None

    def report(self, key: dg.AssetKey, failed: dict[str, str], *, doubts: Any = None) -> None:
        """What the connector's own sensor reports."""
        self.instance.report_runless_asset_event(dg.AssetObservation(key))
        self.instance.report_runless_asset_event(evaluation(key, failed, doubts or {}))

    def tick(self) -> str:
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        said = self.sensor.evaluate_tick(context)
        self.cursor = said.cursor
        assert not said.run_requests
        return said.skip_message or ""

    def posted(self) -> list[str]:
        return [json.loads(asked.body)["text"] for asked in self.chat.asked]

    def mailed(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mailbox.mails]


@pytest.fixture
def alerts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Alerts]:
    refuses: list[bool] = []
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "broken.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    # Read where it is imported: another test may have imported it elsewhere.
    monkeypatch.delitem(sys.modules, "http_source.definitions", raising=False)

    def answer(_: Asked) -> Reply:
        return Reply(b"no", 500) if refuses else Reply(b"ok")

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance, api(answer) as chat, mail_server() as mailbox:
        for name, value in {**WHERE, "WEBHOOK_URL": f"{chat.url}/services/x", "SMTP_PORT": str(mailbox.port)}.items():
            monkeypatch.setenv(f"ALERT_{name}", value)
        yield Alerts(instance, runpy.run_path(str(FILE))["http_source_alerts"], chat, mailbox, refuses)


def test_a_message_is_sent_when_a_connector_fails_and_when_it_is_well_again(alerts: Alerts) -> None:
    alerts.report(ORDERS, {})
    alerts.tick()
    assert (alerts.posted(), alerts.mailed()) == ([], [])
    alerts.report(ORDERS, {"a": "Entity a FAILED: 404. Check http.url."})
    assert alerts.tick() == "Everything that has changed was sent."
    alerts.tick()
    assert len(alerts.posted()) == 1
    assert alerts.posted()[0].startswith(f"<{UI}/orders?view=checks|orders needs a person (1 FAILED)>\nEntity a ")
    assert alerts.mailed() == ["http-source: orders needs a person (1 FAILED)"]
    assert "Check http.url." in str(alerts.mailbox.mails[0].get_payload())
    alerts.report(ORDERS, {})
    alerts.tick()
    assert alerts.posted()[1:] == [f"<{UI}/orders?view=checks|orders is well again>"]
    assert alerts.mailed()[1:] == ["http-source: orders is well again"]


def test_a_further_entity_that_fails_is_worth_a_message(alerts: Alerts) -> None:
    for failed in ({"a": "no"}, {"a": "no", "b": "no"}, {"b": "still no", "a": "no"}):
        alerts.report(ORDERS, failed)
        alerts.tick()
    assert alerts.mailed() == [f"http-source: orders needs a person ({count} FAILED)" for count in (1, 2)]


def test_what_a_mail_server_does_not_take_is_offered_again_to_it_alone(alerts: Alerts) -> None:
    alerts.mailbox.closed = True
    alerts.report(ORDERS, {"a": "no"})
    assert alerts.tick() == "orders by mail: SMTPDataError"
    alerts.mailbox.closed = False
    alerts.tick()
    assert (len(alerts.posted()), len(alerts.mailed())) == (1, 1)


def test_what_a_chat_does_not_take_is_offered_again_without_its_secret_address_in_the_log(alerts: Alerts) -> None:
    alerts.refuses.append(True)
    alerts.report(ORDERS, {"a": "no"})
    assert alerts.tick() == "orders by webhook: HTTPError"
    alerts.refuses.clear()
    alerts.tick()
    assert (len(alerts.posted()), len(alerts.mailed())) == (2, 1)


def test_no_api_calls_a_whole_channel(alerts: Alerts) -> None:
    alerts.report(REFUNDS, {"a": "It said <!channel> & more."})
    alerts.tick()
    assert "<!channel>" not in alerts.posted()[0]
    assert "&lt;!channel&gt;" in alerts.posted()[0].replace("\\", "")
    assert alerts.posted()[0].startswith(f"<{UI}/shop/re%3Cfunds?view=checks|shop/re&lt;funds needs a person")


def test_assets_that_are_not_connectors_are_let_alone(alerts: Alerts) -> None:
    alerts.instance.report_runless_asset_event(dg.AssetMaterialization("report"))
    alerts.tick()
    assert alerts.posted() == []


def test_a_password_is_not_sent_in_clear_text(alerts: Alerts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_SMTP_USER", "me")
    monkeypatch.setenv("ALERT_SMTP_PASSWORD", "sesame")
    alerts.report(ORDERS, {"a": "no"})
    assert alerts.tick() == f"orders by mail: {smtplib.SMTPNotSupportedError.__name__}"


def test_a_connector_that_never_polled_is_among_them(alerts: Alerts) -> None:
    alerts.instance.report_runless_asset_event(evaluation(dg.AssetKey("broken"), {"broken.json": "- url: Missing."}))
    alerts.tick()
    assert alerts.mailed() == ["http-source: broken needs a person (1 FAILED)"]


def test_doubts_are_worth_a_message_of_their_own(alerts: Alerts) -> None:
    alerts.report(ORDERS, {}, doubts={"a": {"Some records may be lost.": Doubted(Lasts.A_DAY, 1, time.time(), 0)}})
    alerts.tick()
    assert alerts.mailed() == ["http-source: orders may have lost or repeated records"]


def test_without_a_way_nothing_is_sent(alerts: Alerts, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALERT_WEBHOOK_URL", "ALERT_MAIL_TO"):
        monkeypatch.delenv(name)
    alerts.report(ORDERS, {"a": "no"})
    alerts.tick()
    assert (alerts.posted(), alerts.mailed()) == ([], [])


# The page


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_page_names_the_variables_that_the_file_reads() -> None:
    said = set(re.findall(r"^(ALERT_\w+)=", block("sh"), re.MULTILINE))
    assert said == set(re.findall(r"\"(ALERT_\w+)\"", FILE.read_text(encoding="utf-8")))


def test_dagster_loads_the_file(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DAGSTER_HOME": str(tmp_path)}
    command = [str(Path(sys.executable).parent / "dagster"), "definitions", "validate", "-f", FILE.name]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "Validation successful" in done.stdout, done.stdout + done.stderr


def test_the_page_has_the_workspace_of_the_example() -> None:
    assert yaml.safe_load(block("yaml")) == yaml.safe_load((FILE.parent / "workspace.yaml").read_text(encoding="utf-8"))


def test_a_failed_run_is_sent_as_the_page_says(alerts: Alerts) -> None:
    namespace: dict[str, Any] = {}
    exec(compile(block("python"), "docs/alerting.md", "exec"), namespace)

    @dg.op
    def fails() -> None:
        raise dg.Failure("It could not be done.")

    @dg.job
    def nightly() -> None:
        fails()

    run = nightly.execute_in_process(instance=alerts.instance, raise_on_error=False)
    event = next(each for each in run.all_events if each.is_run_failure)
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_runs", dagster_event=event, dagster_instance=alerts.instance, dagster_run=run.dagster_run
    ).for_run_failure()
    namespace["failed_runs"](context)
    (text,) = alerts.posted()
    assert text.startswith(f"Run {run.dagster_run.run_id} of nightly failed: ")
