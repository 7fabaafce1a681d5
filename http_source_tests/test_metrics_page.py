"""docs/metrics.md: it has every name and every alert, and says of each what the code says."""

import re
from pathlib import Path

import yaml

from http_source.orchestration.totals import Totals
from http_source.rest.metrics.connect_names import ConnectorSeen, TaskSeen, connect_samples
from http_source.rest.metrics.own_names import MEANINGS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
SHORT = re.compile(r"`…_(\w+)`")


def test_the_page_says_of_each_own_name_what_it_means() -> None:
    assert re.findall(r"^\| `(http_source_\w+)` \| (.*) \|$", PAGE, re.MULTILINE) == list(MEANINGS.items())


def test_the_page_names_every_alert() -> None:
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "http-source.rules.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    assert re.findall(r"^\| (HttpSource\w+) \|", PAGE, re.MULTILINE) == [rule["alert"] for rule in rules]


def test_the_page_names_each_number_of_connect_s() -> None:
    task = TaskSeen("orders", 0, "RUNNING", polls=True, totals=Totals())
    names = {each.family for each in connect_samples([ConnectorSeen("orders", "RUNNING", "HttpSource", "1", [task])])}
    beans = ("kafka_connect_source_task_metrics_", "kafka_connect_connector_task_metrics_", "kafka_connect_task_error_metrics_")
    attributes = {name.removeprefix(bean) for name in names for bean in beans if name.startswith(bean)}
    lines = [line for line in PAGE.splitlines() if any(f"`{bean}`" in line for bean in beans)]
    missing = {each for each in attributes if not any(_is_named(each, line) for line in lines)}
    assert missing == set()


def _is_named(attribute: str, line: str) -> bool:
    return f"`{attribute}`" in line or any(attribute.endswith(f"_{end}") for end in SHORT.findall(line))
