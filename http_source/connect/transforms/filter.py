"""Filter: drops records, all of them unless a predicate says which."""

from dataclasses import dataclass

from http_source.connect.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Drops every record it is given; with a predicate, those for which it is true. Source: Apache Kafka, "Filter"."""

    def __call__(self, _record: Record) -> Record | None:
        """Nothing."""
        return None
