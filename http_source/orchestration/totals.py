"""What the runs of a task have counted, and how it fares at the moment: in a tag of the run, written with its lease and never apart.

The counts go on from run to run, so that they only grow as long as runs are kept. The tag is short whatever a task counts: PostgreSQL
refuses an indexed value of more than 2,700 bytes.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import dagster as dg
from msgspec import ValidationError, convert

from http_source.orchestration.ledger.names import TOTALS_TAG
from http_source.orchestration.ledger.runs import LiveRun, runs_of_task
from http_source.task import Task
from http_source.turns.tally import Counted

_MOST_CODES = 20
OTHER_CODES = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What only grows.

    Attributes:
        polled: records that were read, as they were served.
        written: records that Kafka has acknowledged.
        empty: answers that brought nothing new.
        undecided: records of which something is written as null, since nothing tells its type yet.
        codes: answers by their status; rare ones together.
        fetch_s: seconds of requests, the failed ones among them.
    """

    polled: int = 0
    written: int = 0
    bytes: int = 0
    pages: int = 0
    requests: int = 0
    retries: int = 0
    empty: int = 0
    skipped: int = 0
    undecided: int = 0
    errors: int = 0
    failures: int = 0
    committed: int = 0
    aborted: int = 0
    stored: int = 0
    fetch_s: float = 0.0
    deliver_s: float = 0.0
    commit_s: float = 0.0
    store_s: float = 0.0
    codes: Mapping[str, int] = field(default_factory=dict)

    def plus(self, more: "Counts") -> "Counts":
        """Both together."""
        sums = {each.name: getattr(self, each.name) + getattr(more, each.name) for each in fields(self) if each.name != "codes"}
        names = dict.fromkeys([*self.codes, *more.codes])
        return Counts(**sums, codes=_few({name: self.codes.get(name, 0) + more.codes.get(name, 0) for name in names}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A task, as its run said last.

    Attributes:
        at: when that was, in seconds since the epoch by the clock of the run, as all times here; 0 for never.
        active: records that were read, and are not settled in Kafka.
        late: by how many seconds the latest of its entities is behind its time.
        kafka_away: for how many seconds Kafka has taken nothing.
        left: requests that the API's rate limit leaves; None where the API says nothing of one.
        spent: for how many seconds the budget of requests is spent.
        statistics: of the last half to one minute, by names of this module.
    """

    counts: Counts = field(default_factory=Counts)
    at: float = 0.0
    answered_at: float = 0.0
    recorded_at: float = 0.0
    erred_at: float = 0.0
    active: int = 0
    late: float = 0.0
    kafka_away: float = 0.0
    left: int | None = None
    spent: float = 0.0
    statistics: Mapping[str, float] = field(default_factory=dict)

    def of(self, name: str) -> float:
        """One of the statistics."""
        return self.statistics.get(name, 0.0)

    def to_json(self) -> str:
        """As it is stored, without what is nothing."""
        return json.dumps(_thin(asdict(self)), separators=(",", ":"))


def read_totals(run: LiveRun) -> Totals | None:
    """What a run said last of its task; None for one that has said nothing, or said it in words of another version."""
    try:
        return convert(json.loads(run.totals), Totals) if run.totals else None
    except (ValueError, RecursionError, ValidationError):
        return None


def last_totals(instance: dg.DagsterInstance, task: str) -> Totals | None:
    """What was said last of a task, by its tag; newer runs may not have begun. Raises whatever Dagster's storage raises."""
    return next((totals for run in runs_of_task(instance, task) if (totals := read_totals(run))), None)


class Counting:
    """Says what a run has counted, on top of what the runs of its task before it had."""

    def __init__(self, run_id: str, task: Task, before: Totals | None, clock: Callable[[], float] = time.time) -> None:
        """`before` is what was said of the task when this run began; `clock` tells seconds since the epoch."""
        self._run_id = run_id
        self._task = task
        self._before = before or Totals()
        self._clock = clock
        self._seen = (time.monotonic(), 0, 0)

    def tags(self) -> dict[str, str]:
        """What the run says of itself now."""
        return {TOTALS_TAG: f"{self._run_id} {self.totals().to_json()}"}

    def totals(self) -> Totals:
        """The same, unwritten."""
        task, tally, before = self._task, self._task.tally.look(), self._before
        outage, admission = task.outage, task.asking.admission
        return Totals(
            counts=before.counts.plus(_counts(task, tally)),
            at=self._clock(),
            answered_at=tally.at["answered"] or before.answered_at,
            recorded_at=tally.at["recorded"] or before.recorded_at,
            erred_at=tally.at["erred"] or before.erred_at,
            active=max(0, tally.active),
            late=max(task.outlook.overdue(0.0).values(), default=0.0),
            kafka_away=0.0 if outage is None else time.monotonic() - outage.since,
            left=min((left.left for left in admission.left().values()), default=None),
            spent=admission.spent_for,
            statistics=_statistics(tally),
        )


def _counts(task: Task, tally: Counted) -> Counts:
    traffic, marks = [entity.traffic for entity in task.entities], [entity.acknowledged for entity in task.entities]
    return Counts(
        polled=sum(each.records for each in traffic),
        written=sum(mark.records for mark in marks),
        bytes=sum(mark.bytes for mark in marks),
        pages=sum(mark.pages for mark in marks),
        requests=sum(each.requests for each in traffic),
        retries=sum(each.retries for each in traffic),
        empty=sum(each.empty_polls for each in traffic),
        skipped=sum(each.skipped for each in traffic),
        undecided=sum(each.undecided for each in traffic),
        fetch_s=sum(each.fetch_seconds for each in traffic),
        deliver_s=sum(mark.deliver_seconds for mark in marks),
        errors=tally.errors, failures=tally.failures, committed=tally.committed, aborted=tally.aborted, stored=tally.stored,
        commit_s=tally.commit_seconds, store_s=tally.store_seconds,
        codes=_few({str(code): count for code, count in tally.codes.items()}),
    )


def _statistics(tally: Counted) -> dict[str, float]:
    recent = tally.recent
    polls, batches, sizes = recent["polls"], recent["batches"], recent["sizes"]
    offsets = recent["transactions" if tally.committed else "stores"]
    return {
        "poll_mean": polls.mean, "poll_most": polls.most, "batch_mean": batches.mean, "batch_most": batches.most,
        "active_mean": recent["actives"].mean, "active_most": recent["actives"].most,
        "size_mean": sizes.mean, "size_most": sizes.most, "size_least": sizes.least,
        "offset_mean": offsets.mean, "offset_most": offsets.most, "polled_rate": batches.rate,
        "written_rate": recent["writes"].rate,
        "commit_most": recent["transactions"].most,
    }


def _few(codes: Mapping[str, int]) -> dict[str, int]:
    """The most frequent by name, all else together: an API may answer with any number."""
    named = sorted((name for name in codes if name != OTHER_CODES), key=lambda name: (-codes[name], name))
    others = sum(codes[name] for name in named[_MOST_CODES:]) + codes.get(OTHER_CODES, 0)
    return {name: codes[name] for name in sorted(named[:_MOST_CODES])} | ({OTHER_CODES: others} if others else {})


def _thin(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: thin for name, each in value.items() if (thin := _thin(each)) not in (0, {}, None) or (name, each) == ("left", 0)}
    return round(value, 5) if isinstance(value, float) else value
