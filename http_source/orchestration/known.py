"""What the sensor of a connector would know if it looked now: its cursor, with all that happened since its last tick."""

import dagster as dg

from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.sensors import sensor_state


def cursor_now(instance: dg.DagsterInstance, connector: Connector, text: str | None = None) -> Cursor:
    """The cursor, brought up to date; `text` is what it was at the last tick, if that was read already."""
    log = EventLog(instance, connector.key)
    try:
        cursor = Cursor.parse((sensor_state(instance, connector.sensor_name, connector.prefixed).cursor if text is None else text) or "{}")
    except ValueError:
        cursor = Cursor()  # somebody's edit, which the next tick heals from the same events
    cursor.fold(log.since(cursor.bookmark) if cursor.bookmark.at else _past(log, connector))
    cursor.forget(connector.entities)
    return cursor


def _past(log: EventLog, connector: Connector) -> list[Event]:
    """What a lost cursor is judged by: the newest of each entity, and the newest of all, since an old run may have written the last one."""
    states = (log.state(entity) for entity in log.last_states() if entity in connector.entities)
    whole = log.state("")
    return [*log.last_checkpoints().values(), *filter(None, states), *([whole] if whole else []), *log.last_reports(), *log.newest()]
