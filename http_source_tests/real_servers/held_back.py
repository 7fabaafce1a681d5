"""Holds rows of Dagster's event log back: their writers have their ids, and commit when the test lets them.

PostgreSQL gives an id before the commit, so a slow transaction's row shows up after rows with higher ids.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a small name

_LOCK = 172
_HOLD = """
CREATE OR REPLACE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN PERFORM pg_advisory_xact_lock_shared({lock}); END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER hold_back AFTER INSERT ON event_logs FOR EACH ROW EXECUTE FUNCTION hold_back()"""


class HeldBack:
    """What is held back in one database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def writers(self) -> int:
        """How many writers wait for their commit."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {_LOCK} AND NOT granted")
            (count,) = cursor.fetchone() or (0,)
        return int(count)

    def let_go(self) -> None:
        """Let them commit, and whoever comes."""
        self._execute("SELECT pg_advisory_unlock_all()")

    def begin(self, condition: str) -> None:
        self._execute(f"SELECT pg_advisory_lock({_LOCK})")
        self._execute(_HOLD.format(condition=condition, lock=_LOCK))

    def _execute(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def held_back(dsn: str, condition: str) -> Iterator[HeldBack]:
    """Hold back the rows for which a condition in SQL over `NEW` holds, until they are let go or the block is left."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    held = HeldBack(connection)
    try:
        held.begin(condition)
        yield held
    finally:
        connection.close()
