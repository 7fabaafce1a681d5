"""What this process asks Dagster's storage."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, event


@contextmanager
def counted_queries(folder: Path | None = None) -> Iterator[list[str]]:
    """The statements that are sent until the end of the block, in a list that grows; with a folder, those to the databases in it."""
    statements: list[str] = []

    def keep(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if folder is None or str(folder) in str(connection.engine.url.database):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
