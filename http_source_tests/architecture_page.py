"""Prints docs/architecture.md from the code: `python -m http_source_tests.architecture_page`."""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

import grimp

from http_source.entity import Phase
from http_source.orchestration.ledger import names
from http_source.orchestration.ledger.lease import LeasePhase
from http_source.task import Task
from http_source_tests import architecture_words as words

ROOT = Path(__file__).parents[1]
PACKAGE = "http_source"

MAIN, SENSOR, FETCH, DELIVER = "main", "sensor", "fetch", "deliver"
THREADS = {MAIN: "MainThread", SENSOR: "MainThread", FETCH: "http-source-fetch-", DELIVER: "http-source-deliverer"}
"""How the names of the threads begin that take the steps; a sensor ticks in a process of Dagster's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way of a record.

    Attributes:
        thread: who takes it.
        function: `module:name`, below the package.
        words: what happens.
    """

    thread: str
    function: str
    words: str

    def code(self) -> Any:
        """The code object by which a trace knows the function."""
        return found(self.function).__code__


ROOMS: Mapping[str, tuple[str, Sequence[str]]] = {
    "foreign": ("what others say (servers, brokers, libraries) → text that may be shown: no secrets, one line", ("foreign/text.py",)),
    "config": (
        "every property, declared once (`options/`) and judged (`rules/`); a file → a checked configuration or all its mistakes",
        ("config/properties.py",),
    ),
    "polling": ("pure: what to ask next, how to read the answer, and the next offset", ("polling/page.py",)),
    "logs": ("how processes log: text or JSON, from which level on, about which connector and run", ("logs/lines.py",)),
    "connect": (
        "pure: Kafka Connect's data: schemas and how they are inferred and grow, transforms, converters",
        ("connect/schema.py", "connect/merge.py"),
    ),
    "migration": ("pure: configurations of other connectors → ours", ("migration/move.py",)),
    "edges": (
        "one outside system each: the API (`http/`, `auth/` with a file per `auth.type`), `kafka/`, the Schema Registry (`registry/`)",
        ("edges/http/fetch.py",),
    ),
    "conversion": (
        "a page's records → what Kafka gets: read, keyed, transformed, written in the subject's newest schema",
        ("conversion/conversion.py", "conversion/fold.py"),
    ),
    "entity": ("one entity at work: a state machine with one lock, its marks, what it has said", ("entity/entity.py",)),
    "turns": (
        "whose turn it is: who is due, whether a request may go now (rate limits), and what it asks",
        ("turns/agenda.py", "turns/admission.py"),
    ),
    "delivery": (
        "the delivering thread, and the two ways to deliver",
        ("delivery/deliverer.py", "delivery/at_least_once.py", "delivery/exactly_once.py"),
    ),
    "task": ("the poll loop: entities, fetch threads, one delivering thread", ("task.py",)),
    "assembly": ("configuration and connections → a task, and how it delivers", ("assembly/wiring.py",)),
    "commands": (
        "`http-source new`, `validate`, `preview`, `describe`, `init`, `migrate`, `sizing`, `status`, `restart`, `offsets`, `consume` …",
        ("commands/validate.py",),
    ),
    "orchestration": (
        "the only room that knows Dagster: asset, sensor, run, resources; `ledger/` alone reads and writes its storage",
        ("orchestration/run.py", "orchestration/sensor.py", "orchestration/ledger/lease.py"),
    ),
    "rest": ("what `http-source serve` answers: Kafka Connect's REST interface, `/metrics`, `/health`", ("rest/application.py",)),
    "demo": ("the sample API, the in-memory Kafka and the Schema Registry of `make demo`, and its connectors", ("demo/show.py",)),
    "project": ("the files of a project, as `http-source new` writes them", ("project/workspace.yaml",)),
}
"""Each folder, and the module that holds the poll loop: what is in it, and the files to begin with."""

WALK = (
    Step(SENSOR, "orchestration.sensor:Supervisor.tick", "requests one run for each task that is due and has none"),
    Step(MAIN, "orchestration.run:PollingRun.execute", "takes the lease of the run, and waits until no other run has the entities"),
    Step(MAIN, "assembly.wiring:build_task", "makes a task of the configuration: one `Entity` for each entity, and the connections"),
    Step(MAIN, "orchestration.run:PollingRun._positions", "finds the newest position of each entity"),
    Step(MAIN, "task:Task.start", "plans each entity, and starts the threads"),
    Step(FETCH, "turns.agenda:Agenda.take", "gives the next entity that is due, as soon as the rate limits allow a request"),
    Step(FETCH, "task:Task.poll", "is one turn of that entity"),
    Step(FETCH, "turns.asking:Asking.ask", "fills the position into the request"),
    Step(FETCH, "edges.http.fetch:Fetcher.fetch", "signs and sends it, follows redirects within the origin, and reads the answer"),
    Step(FETCH, "polling.policy:check_status", "lets a success pass, or says whether to ask again"),
    Step(FETCH, "polling.page:PageReader.read", "cuts the records out of the body, and finds what to ask for next, by `http.offset.mode`"),
    Step(FETCH, "conversion.hold:converted", "keys, transforms and converts them, unless they go out as they were served"),
    Step(FETCH, "entity.entity:Entity.accept", "moves the entity's position in memory"),
    Step(FETCH, "delivery.deliverer:Deliverer.put", "hands the page over; it waits while too many pages wait"),
    Step(DELIVER, "delivery.at_least_once:AtLeastOnce.deliver",
         "delivers the pages that wait; for exactly once `ExactlyOnce` does, with their positions in one transaction"),
    Step(DELIVER, "edges.kafka.producer:KafkaProducer.send", "gives the records to Kafka's client"),
    Step(DELIVER, "entity.entity:Entity.acknowledge", "moves the acknowledged position, when each record of the page is acknowledged"),
    Step(MAIN, "orchestration.checkpoints:Checkpoints._put", "stores that position: a checkpoint"),
    Step(SENSOR, "orchestration.cursor:Cursor.fold", "takes it into the sensor's cursor, where a person sees it"),
)

OWNERS = {
    "http-source-fetch-": "fetch threads, `max.in.flight.requests` of them at most: each takes one turn of one entity after the other",
    "http-source-deliverer": "the only one that owns the producer; it takes pages in order",
    "http-source-lease": "two: one renews the run's lease and hears who wants the run to end, one holds the task when the lease is late",
    "http-source-opening": "opens the connection to Kafka, while the main thread keeps reporting",
    "http-source-watchdog": "cuts off requests that take too long",
    "http-source-resolver": "asks for a host's addresses, which nothing can interrupt",
    "http-source-kafka": "calls of Kafka's client that may hang",
    "http-source-registry": "calls to the Schema Registry that may hang",
    "http-source-metrics": "`serve`: reads the storage for `/metrics`",
    "http-source-health": "`serve`: looks for `/health`",
}
"""Every name of a thread in the package, up to a number; the demo's threads have none."""

STORED = {
    "POSITION": ("an AssetMaterialization of the entity's partition", "a checkpoint, or a move by a person"),
    "RECORDS": ("the same event", "how many records came with it"),
    "TOPIC": ("the same event", "where they went"),
    "STATE": ("an AssetObservation of the entity's partition", "FAILED or RUNNING again, by a run; PAUSED or STOPPED, by a person"),
    "REPORT": ("an AssetObservation of a partition `task,N`", "what a run says of its task: failures, pauses, limits, when it is due"),
    "LEASE_TAG": ("a tag of the run", "the lease: phase, a number that grows, and the process"),
    "END_TAG": ("a tag of the run", "why somebody wants the run to end"),
    "TOTALS_TAG": ("a tag of the run", "its counts, for `/metrics`"),
    "REQUESTED_TAG": ("a tag of the run", "the mark of the configuration by which it was requested"),
    "CONFIGURED_TAG": ("a tag of the run", "the mark of the configuration that it has read"),
    "CONNECTOR_TAG": ("a tag of the run", "the connector"),
    "TASK_TAG": ("a tag of the run", "the task"),
    "KIND_TAG": ("a tag of the run", "that it polls"),
}

LIFE = (
    (LeasePhase.STARTING, LeasePhase.POLLING, "orchestration.run:PollingRun._supervise", "nobody else has its entities"),
    (LeasePhase.POLLING, LeasePhase.ENDING, "orchestration.run:PollingRun._is_relieved_later", "`run.max.seconds` are over"),
    (LeasePhase.ENDING, LeasePhase.RELEASED, "orchestration.ledger.heartbeat:Heartbeat.end", "its successor takes over, or none comes"),
    (LeasePhase.POLLING, LeasePhase.RELEASED, "orchestration.ledger.heartbeat:Heartbeat.end", "nothing is due, or it is asked to end"),
    (LeasePhase.STARTING, LeasePhase.RELEASED, "orchestration.ledger.heartbeat:Heartbeat.end", "a newer run has them, or it is to end"),
)
"""From phase, to phase, who says so, and when."""

TURNS = (
    (Phase.AWAY, "begin", Phase.PLANNED), (Phase.PLANNED, "take", Phase.IN_HAND), (Phase.IN_HAND, "plan", Phase.PLANNED),
    (Phase.IN_HAND, "plan", Phase.PARKED), (Phase.PARKED, "settle", Phase.PLANNED), (Phase.IN_HAND, "retry", Phase.PLANNED),
    (Phase.IN_HAND, "rest", Phase.PLANNED), (Phase.IN_HAND, "wait", Phase.PLANNED), (Phase.IN_HAND, "fail", Phase.PLANNED),
    (Phase.IN_HAND, "fail", Phase.AWAY), (Phase.IN_HAND, "plan", Phase.AWAY), (Phase.IN_HAND, "leave", Phase.AWAY),
)
"""How an entity goes from hand to hand, by its transitions."""


def architecture_page() -> str:
    """The whole page, in Markdown."""
    parts = [
        words.HEAD, _rooms(), words.PICTURE_HEAD, picture(), words.WALK_HEAD, _poll(), _walk(), words.THREADS_HEAD, _threads(),
        words.STORED_HEAD, _stored(), words.ELSEWHERE, words.LIFE_HEAD, _life(), words.ENDS, words.ENTITY_HEAD, _turns(), words.FURTHER,
    ]
    return "\n\n".join(parts) + "\n"


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """Each room, which is a folder or a module of the package → the rooms that it imports."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    rooms: dict[str, set[str]] = {}
    for module in graph.modules - {PACKAGE}:
        rooms.setdefault(_room(module), set()).update(map(_room, graph.find_modules_directly_imported_by(module) - {PACKAGE}))
    return {room: frozenset(others - {room}) for room, others in sorted(rooms.items())}


def thread_names() -> set[str]:
    """The names of all threads that the package starts, up to a number; the demo's are left out."""
    files = (file for file in (ROOT / PACKAGE).rglob("*.py") if file.parent.name != "demo")
    return {name for file in files for name in _names_in(file)}


def _room(module: str) -> str:
    return module.split(".")[1]


def _names_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Thread"):
            (name,) = (each.value for each in node.keywords if each.arg == "name")
            yield name.values[0].value if isinstance(name, ast.JoinedStr) else ast.literal_eval(name)  # type: ignore[attr-defined]


def _rooms() -> str:
    lines = (
        f"| `{room}` | {what} | {', '.join(f'[{Path(file).name}](../{PACKAGE}/{file})' for file in files)} |"
        for room, (what, files) in ROOMS.items()
    )
    return "\n".join(("| room | what is in it | start at |", "| --- | --- | --- |", *lines))


def found(function: str) -> Any:
    """The function that a step names."""
    module, _, name = function.partition(":")
    return attrgetter(name)(import_module(f"{PACKAGE}.{module}"))


def _linked(function: str) -> str:
    found(function)
    module, _, name = function.partition(":")
    return f"[`{name}`](../{PACKAGE}/{module.replace('.', '/')}.py)"


# The parts that are drawn


def picture() -> str:
    """What imports what: each room above all that it imports, without the imports that follow from others."""
    rooms = sorted(imports(), key=lambda room: (-_height(room), room))
    width = max(map(len, rooms))
    lines = (f"{_height(room):2}  {room:{width}}  {', '.join(sorted(arrows()[room]))}".rstrip() for room in rooms)
    return _block("text", lines)


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Each room → the rooms that it imports and that none of these imports."""
    return {room: others - _beyond(others) for room, others in imports().items()}


def _beyond(rooms: frozenset[str]) -> frozenset[str]:
    """What is reached through these rooms."""
    further = frozenset[str]().union(*(imports()[room] for room in rooms))
    return further | _beyond(further) if further else further


def _height(room: str) -> int:
    """How many rooms stand below one another under this one."""
    return max((1 + _height(other) for other in imports()[room]), default=0)


def _poll() -> str:
    lines = inspect.getsource(Task.poll).splitlines()
    return _block("python", (line.removeprefix("    ") for line in lines))


def _walk() -> str:
    rows = (f"| {number} | {step.thread} | {_linked(step.function)} | {step.words} |" for number, step in enumerate(WALK, 1))
    return "\n".join(("| | thread | function | what it does |", "| --- | --- | --- | --- |", *rows))


def _threads() -> str:
    rows = (f"| `{name}{'N' * name.endswith('-')}` | {words} |" for name, words in OWNERS.items())
    return "\n".join(("| thread | what it does |", "| --- | --- |", *rows))


def _stored() -> str:
    rows = (f"| `{getattr(names, name)}` | {where} | {what} |" for name, (where, what) in STORED.items())
    return "\n".join(("| name | where | what |", "| --- | --- | --- |", *rows))


def _life() -> str:
    rows = (f"| {first.value} | {then.value} | {when} | {_linked(function)} |" for first, then, function, when in LIFE)
    return "\n".join(("| phase | next | when | by |", "| --- | --- | --- | --- |", *rows))


def _turns() -> str:
    ways: dict[tuple[Phase, Phase], list[str]] = {}
    for first, name, then in TURNS:
        found(f"entity.entity:Entity.{name}")
        ways.setdefault((first, then), []).append(f"`{name}`")
    rows = (f"| {first.name} | {then.name} | {', '.join(names)} |" for (first, then), names in ways.items())
    return "\n".join(("| from | to | by |", "| --- | --- | --- |", *rows))


def _block(language: str, lines: Iterable[str]) -> str:
    return "\n".join((f"```{language}", *lines, "```"))


if __name__ == "__main__":
    sys.stdout.write(architecture_page())
