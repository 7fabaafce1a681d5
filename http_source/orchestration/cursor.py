"""The sensor's cursor: each entity's offset where a person sees and sets it, and what the sensor must remember.

`offsets` is for people. `positions` is what the sensor wrote there last: where the two differ, a person has been at work,
and that is a reset. An offset of null starts the entity from `http.initial.offset`.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from msgspec import convert

from http_source.model import Position, newest
from http_source.orchestration.history import Event


@dataclass(slots=True)
class TaskState:
    """How a task's last run ended.

    Attributes:
        next: when the task is due, in seconds since the epoch.
        failures: runs in a row that ended without a summary.
        run: the last run that was judged.
    """

    next: float = 0.0
    failures: int = 0
    run: str = ""


@dataclass(slots=True)
class Failed:
    """An entity that is FAILED.

    Attributes:
        reason: why, and what to do.
        failures: times in a row.
        retry_at: when it starts again, in seconds since the epoch; None when it waits for a person.
    """

    reason: str
    failures: int = 1
    retry_at: float | None = None


@dataclass(slots=True)
class Cursor:
    """What the sensor remembers from tick to tick."""

    offsets: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, Failed] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    tasks: dict[str, TaskState] = field(default_factory=dict)
    event: int = 0
    checked: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a cursor as the sensor, or a person, wrote it. Raises ValueError saying what cannot be read."""
        try:
            return convert(json.loads(text), cls)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"The sensor's cursor cannot be read: {error}") from error

    def dump(self) -> str:
        """The cursor as readable JSON, offsets first."""
        return json.dumps({
            "offsets": {entity: position.offset for entity, position in self.positions.items()},
            "failed": {entity: asdict(each) for entity, each in self.failed.items()},
            "positions": {entity: position.to_json() for entity, position in self.positions.items()},
            "tasks": {task: asdict(each) for task, each in self.tasks.items()},
            "event": self.event,
            "checked": self.checked,
        }, ensure_ascii=False)

    def edits(self) -> dict[str, Any]:
        """The offsets that a person changed since the sensor wrote the cursor."""
        missing = object()
        return {
            entity: offset for entity, offset in self.offsets.items()
            if offset != getattr(self.positions.get(entity), "offset", missing)
        }

    def wake(self, task: str) -> None:
        """Let a task be due at once; each entity in it keeps its own pause."""
        self.tasks.setdefault(task, TaskState()).next = 0.0

    def fold(self, events: Sequence[Event]) -> None:
        """Take in what happened, oldest first. Taking an event in twice changes nothing."""
        for event in events:
            fresh = event.id > self.event
            if event.position is not None and (position := newest(self.positions.get(event.entity), event.position)):
                self.positions[event.entity] = position
            if fresh:
                self._fold_states(event)
        self.event = max([self.event, *(event.id for event in events)])

    def _fold_states(self, event: Event) -> None:
        if event.failed and event.position is None:
            state = event.state
            self.failed[event.entity] = Failed(str(state.get("reason")), int(state.get("failures", 1)), state.get("retry_at"))
        elif event.entity and not event.failed:
            self.failed.pop(event.entity, None)
            if event.restarted:
                self.wake(str(event.state.get("task")))
        elif event.summary:
            task = str(event.summary["task"])
            self.tasks[task] = TaskState(next=float(event.summary["next_poll"]), run=event.run_id)
