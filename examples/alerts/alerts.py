"""Sends a message when a connector needs a person, and when it is well again: to a chat's webhook, by mail, or both.

The environment says where to: ALERT_WEBHOOK_URL (Slack, Mattermost, Rocket.Chat, Discord with /slack at its end), and ALERT_MAIL_TO with
ALERT_MAIL_FROM, ALERT_SMTP_HOST and, where they are needed, ALERT_SMTP_PORT, ALERT_SMTP_USER and ALERT_SMTP_PASSWORD.
ALERT_DAGSTER_URL, the address of Dagster's UI, makes links of the connectors' names.
"""

import json
import os
import smtplib
import ssl
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from urllib.parse import quote

import dagster as dg
import requests

from http_source import definitions

CONNECTORS = tuple(spec.key for spec in definitions.defs.resolve_all_asset_specs())
"""Reload this code location, too, when there is a new one."""

CHECK = "running"
"""The check that each connector has: it says why an entity is FAILED, and what may be lost or repeated."""

WELL = "is well again"
_TIMEOUT_S = 10


@dg.sensor(minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def http_source_alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Send what has changed since it was sent last, by each way for itself: what one way does not take it is offered again."""
    # Those that have polled are in Dagster's storage; of others, such as one whose file has mistakes, only the definitions know.
    names = sorted({key.to_user_string() for key in {*CONNECTORS, *context.instance.get_asset_keys()}})
    verdicts = {name: each for name in names if (each := verdict(context.instance, name))}
    memory: dict[str, dict[str, str]] = json.loads(context.cursor or "{}")
    troubles = []
    for way, send in ways(os.environ).items():
        sent = memory.setdefault(way, {})
        for name, (state, reason) in verdicts.items():
            if state == sent.get(name, WELL):
                continue
            try:
                send(f"{name} {state}", reason, link(name))
            except (OSError, smtplib.SMTPException) as error:
                troubles.append(f"{name} by {way}: {type(error).__name__}")
            else:
                sent[name] = state
    context.update_cursor(json.dumps(memory))
    for trouble in troubles:
        context.log.error("Not sent, and tried again in half a minute: %s", trouble)
    return dg.SkipReason("; ".join(troubles) or "Everything that has changed was sent.")


def verdict(instance: dg.DagsterInstance, name: str) -> tuple[str, str] | None:
    """What the check of a connector says, and why; None for an asset that is not a connector, or was not looked at yet."""
    record = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(dg.AssetKey.from_user_string(name), CHECK))
    evaluation = record and record.evaluation
    if not evaluation:
        return None
    if evaluation.passed:
        return WELL, ""
    failed = evaluation.metadata.get("http_source/failed_entities")
    count = f" ({failed.value} FAILED)" if failed and failed.value else ""
    is_error = evaluation.severity is dg.AssetCheckSeverity.ERROR
    return (f"needs a person{count}" if is_error else "may have lost or repeated records"), evaluation.description or ""


def ways(environment: Mapping[str, str]) -> Mapping[str, Callable[[str, str, str], None]]:
    """How messages are sent: a function of the headline, the reason and a link for each way that the environment names."""
    found: dict[str, Callable[[str, str, str], None]] = {}
    if url := environment.get("ALERT_WEBHOOK_URL"):
        found["webhook"] = lambda headline, reason, address: post(url, headline, reason, address)
    if environment.get("ALERT_MAIL_TO"):
        found["mail"] = lambda headline, reason, address: mail(environment, headline, reason, address)
    return found


def post(url: str, headline: str, reason: str, address: str) -> None:
    """Send to a webhook."""
    name = f"<{address}|{escaped(headline)}>" if address else f"*{escaped(headline)}*"
    answer = requests.post(url, json={"text": f"{name}\n{escaped(reason)}".strip()}, timeout=_TIMEOUT_S)
    answer.raise_for_status()


def mail(environment: Mapping[str, str], headline: str, reason: str, address: str) -> None:
    """Send by mail, encrypted if the server offers it; a user and a password are sent encrypted only."""
    message = EmailMessage()
    message["Subject"], message["To"] = f"http-source: {headline}", environment["ALERT_MAIL_TO"]
    message["From"] = environment.get("ALERT_MAIL_FROM") or environment["ALERT_MAIL_TO"]
    message.set_content("\n\n".join(filter(None, [f"{headline}.", reason, address])))
    user = environment.get("ALERT_SMTP_USER")
    host, port = environment.get("ALERT_SMTP_HOST", "localhost"), int(environment.get("ALERT_SMTP_PORT", "25"))
    with smtplib.SMTP(host, port, timeout=_TIMEOUT_S) as to:
        to.ehlo()
        if user or to.has_extn("starttls"):
            to.starttls(context=ssl.create_default_context())
        if user:
            to.login(user, environment.get("ALERT_SMTP_PASSWORD", ""))
        to.send_message(message)


def link(name: str) -> str:
    """Where Dagster's UI shows the checks of a connector; empty where the environment does not say where the UI is."""
    address = os.environ.get("ALERT_DAGSTER_URL", "").rstrip("/")
    return f"{address}/assets/{quote(name)}?view=checks" if address else ""


def escaped(text: str) -> str:
    """A text whose characters mean nothing to a chat: the words of an API call nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


defs = dg.Definitions(sensors=[http_source_alerts])
