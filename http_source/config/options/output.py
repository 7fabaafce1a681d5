"""Where the records go, and how the work is cut into Dagster runs."""

from dataclasses import dataclass

from http_source.config.property import HIGH, LOW, REQUIRED, prop
from http_source.config.types import STRING, Integer, OneOf


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """Output: where the records go and in which format."""

    topic_name_pattern: str = prop("topic.name.pattern", STRING, REQUIRED, HIGH,
        "The topic; `${entityName}` in it gives each entity its own.")
    data_format: str = prop("output.data.format", OneOf("JSON"), REQUIRED, HIGH,
        "JSON writes each record's bytes as they were served.", aliases=("data.format",))

    def topic_of(self, entity: str) -> str:
        """The topic of an entity."""
        return self.topic_name_pattern.replace("${entityName}", entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Runs and checkpoints: how the work is cut into Dagster runs."""

    flush_interval_ms: int = prop("offset.flush.interval.ms", Integer(minimum=0), 10_000, LOW,
        "The shortest time between two checkpoints of an entity; a crash repeats at most what was fetched since the last one.")
    max_seconds: int = prop("run.max.seconds", Integer(minimum=0), 900, LOW,
        "A run hands over to the next one after this time; 0 asks once per entity and ends.")
    linger_ms: int = prop("run.linger.ms", Integer(minimum=0), 60_000, LOW,
        "A run with nothing due for longer than this ends, so that long intervals hold no process.")
