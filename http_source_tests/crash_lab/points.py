"""The places on a record's way where a run is killed: one table, by the functions of the product itself."""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """When, as Python's profiler calls it."""

    ENTERED = "call"
    LEFT = "return"
    CALLS = "c_call"
    """It calls a function of a C library."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place to kill a run at.

    Attributes:
        name: where that is, in words.
        function: `module:qualified name`.
        moment: whether the function is entered or left there, or calls another one.
        called: the name of the function that is called, with Moment.CALLS.
        times: how often that happens; the last of them is the moment.
        dwell: seconds that the thread stays there before the kill, while others go on.
        late: seconds that pass before the kill while all threads go on.
        at_start: whether it is on the way to the first request; else it counts from the run's first checkpoint on.
    """

    name: str
    function: str
    moment: Moment
    called: str = ""
    times: int = 1
    dwell: float = 0.0
    late: float = 0.0
    at_start: bool = False

    def __str__(self) -> str:
        return self.name


_FETCH = "http_source.edges.http.fetch:Fetcher.fetch"
_OUTLET = "http_source.delivery.outlet:Outlet"
_PRODUCER = "http_source.edges.kafka.producer:KafkaProducer"
_TRANSACTIONS = "http_source.edges.kafka.transactions:TransactionalProducer"
_POSITIONS = "http_source.edges.kafka.position_topic:PositionTopic"
_TASK = "http_source.task:Task"
_ACKNOWLEDGE = "http_source.entity.entity:Entity.acknowledge"
_RUN = "http_source.orchestration.run:PollingRun"
_HEARTBEAT = "http_source.orchestration.ledger.heartbeat:Heartbeat"

CHECKPOINT = "http_source.orchestration.checkpoints:Checkpoints._put"
"""What stores a checkpoint; when it is first left, one is stored."""

IN_MID_PAGE = Point("in the middle of the page", f"{_PRODUCER}.send", Moment.CALLS, called="produce", times=10, dwell=0.05)
AFTER_FLUSH = Point("after the flush", f"{_OUTLET}.flush", Moment.LEFT)
BEFORE_CHECKPOINT = Point("before the checkpoint", CHECKPOINT, Moment.ENTERED)

MAIN_PATH = (
    Point("before the lease", f"{_HEARTBEAT}.begin", Moment.ENTERED, at_start=True),
    Point("before the claim", f"{_RUN}._claim", Moment.ENTERED, at_start=True),
    Point("after the claim", f"{_RUN}._claim", Moment.LEFT, at_start=True),
    Point("before the start", f"{_RUN}._open", Moment.ENTERED, at_start=True),
    Point("after the start", f"{_TASK}.start", Moment.LEFT, at_start=True),
    Point("before the request", _FETCH, Moment.ENTERED),
    Point("after the answer", _FETCH, Moment.LEFT),
    Point("after the page is read", "http_source.polling.page:PageReader.read", Moment.LEFT),
    Point("after the conversion", "http_source.conversion.hold:converted", Moment.LEFT),
    Point("after the page is handed over", f"{_TASK}._deliver", Moment.LEFT),
    Point("before the page is produced", f"{_PRODUCER}.send", Moment.ENTERED),
    IN_MID_PAGE,
    Point("after the page is produced", f"{_PRODUCER}.send", Moment.LEFT),
    Point("before the flush", f"{_OUTLET}.flush", Moment.ENTERED),
    AFTER_FLUSH,
    Point("before the acknowledgment", _ACKNOWLEDGE, Moment.ENTERED),
    Point("after the acknowledgment", _ACKNOWLEDGE, Moment.LEFT),
    BEFORE_CHECKPOINT,
    Point("after the checkpoint", CHECKPOINT, Moment.LEFT),
    Point("when the task is told to stop", f"{_TASK}.stop", Moment.ENTERED),
    Point("when the task has stopped", f"{_TASK}.stop", Moment.LEFT),
    Point("after the last report", "http_source.orchestration.reports:Reports.conclude", Moment.LEFT),
    Point("before the lease is released", f"{_HEARTBEAT}.end", Moment.ENTERED),
    Point("after the lease is released", f"{_HEARTBEAT}.end", Moment.LEFT),
    Point("before the run's success", f"{_RUN}.execute", Moment.LEFT),
)

BEFORE_COMMIT = Point("before the commit", f"{_TRANSACTIONS}.commit", Moment.ENTERED)
AFTER_COMMIT = Point("after the commit", f"{_TRANSACTIONS}.commit", Moment.LEFT)

TRANSACTIONS = (
    Point("before predecessors are fenced", f"{_TRANSACTIONS}.initialize", Moment.ENTERED, at_start=True),
    Point("after predecessors are fenced", f"{_TRANSACTIONS}.initialize", Moment.LEFT, at_start=True),
    Point("after the positions are read", f"{_POSITIONS}.read", Moment.LEFT, at_start=True),
    Point("before the transaction begins", f"{_TRANSACTIONS}.begin", Moment.ENTERED),
    Point("after the transaction begins", f"{_TRANSACTIONS}.begin", Moment.LEFT),
    Point("before the position is produced", f"{_PRODUCER}.send_messages", Moment.ENTERED),
    Point("after the position is produced", f"{_PRODUCER}.send_messages", Moment.LEFT),
    BEFORE_COMMIT,
    Point("1 ms into the commit", f"{_TRANSACTIONS}.commit", Moment.ENTERED, late=0.001),
    Point("3 ms into the commit", f"{_TRANSACTIONS}.commit", Moment.ENTERED, late=0.003),
    AFTER_COMMIT,
)
