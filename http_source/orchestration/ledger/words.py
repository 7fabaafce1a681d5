"""The names under which the ledger writes into Dagster's storage: tags of runs, and metadata of events.

Tags that begin with `.dagster/` are not shown in the UI. Each of those that say something about one run begins with that run's id,
because Dagster copies all tags to a run that is executed in the place of another.
"""

CONNECTOR_TAG = "http_source/connector"
TASK_TAG = "http_source/task"
KIND_TAG, POLLS = ".dagster/http_source", "polls"
"""What every run that polls has in common."""

REQUESTED_TAG = ".dagster/http_source_requested"
"""The mark of the configuration by which a run was requested."""

CONFIGURED_TAG = ".dagster/http_source_configured"
"""The mark of the configuration that a run read."""

LEASE_TAG = ".dagster/http_source_lease"
END_TAG = ".dagster/http_source_end"
RUNTIME_TAG = "dagster/max_runtime"
PARTITION_TAG = "dagster/partition"
SENSOR_TAG = "dagster/sensor_name"
REPOSITORY_TAG = ".dagster/repository"

POSITION = "http_source/position"
STATE = "http_source/state"
REPORT = "http_source/report"
RECORDS = "http_source/records"
