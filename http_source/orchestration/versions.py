"""Whether the host of a run has what the code server has that requested it."""

import socket

from http_source.orchestration.ledger.runs import LiveRun

_WARNING = (
    "This run reads another configuration of its connector than the sensor that requested it. If the next run reports this again, give the "
    "host {host} the same connector files, variables and version of http-source as the code server, and let each run start in a process of "
    "its own (with Celery: worker_max_tasks_per_child = 1)."
)


def difference(run: LiveRun, mark: str) -> str:
    """What a person should know when a run reads the configuration `mark`, but was requested by another one; empty when it was not."""
    return _WARNING.format(host=socket.gethostname()) if run.requested not in ("", mark) else ""
