"""The names under which the ledger writes into Dagster's storage: tags of runs, and metadata of events.

Tags that begin with `.dagster/` are not shown in the UI. Each of those that say something about one run begins with that run's id,
because Dagster copies all tags to a run that is executed in the place of another.
"""

from collections.abc import Mapping

CONNECTOR_TAG = ".dagster/http_source_connector"
TASK_TAG = ".dagster/http_source_task"
KIND_TAG, POLLS = ".dagster/http_source", "polls"
"""What every run that polls has in common."""

REQUESTED_TAG = ".dagster/http_source_requested"
"""The mark of the configuration by which a run was requested."""

CONFIGURED_TAG = ".dagster/http_source_configured"
"""The mark of the configuration that a run read."""

LEASE_TAG = ".dagster/http_source_lease"
END_TAG = ".dagster/http_source_end"
TOTALS_TAG = ".dagster/http_source_totals"
"""What a run has counted."""

RUNTIME_TAG = "dagster/max_runtime"
RETRIES_TAG = "dagster/max_retries"
PARTITION_TAG = "dagster/partition"
SENSOR_TAG = "dagster/sensor_name"
REPOSITORY_TAG = ".dagster/repository"

POSITION = "http_source/position"
STATE = "http_source/state"
REPORT = "http_source/report"
RECORDS = "http_source/records"
TOPIC = "http_source/topic"

_FORMER = {CONNECTOR_TAG: "http_source/connector", TASK_TAG: "http_source/task"}
"""What tags were called before 0.1.0: runs that were started before an upgrade have them under these names. Goes with 0.2."""


def value_of(tags: Mapping[str, str], name: str) -> str:
    """The value of a tag, whatever version wrote it; empty for none."""
    return tags.get(name, "") or tags.get(_FORMER.get(name, ""), "")


def by_tag(name: str, *values: str) -> list[dict[str, str | list[str]]]:
    """What finds the runs with one of these tags, whatever version wrote it: one filter after the other, the newer name first."""
    wanted: str | list[str] = values[0] if len(values) == 1 else [*values]
    return [{each: wanted} for each in (name, _FORMER.get(name)) if each]
