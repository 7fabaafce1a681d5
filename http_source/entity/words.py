"""What an entity says of itself."""

import logging
from collections.abc import Iterator, Sequence

from http_source.entity.state import EntityState
from http_source.foreign.text import Foreign, readable
from http_source.model import Notice, State

_LONGEST_OFFSET = 1_000
_MOST_WARNINGS = 100

STARTS_AGAIN = " It starts again in "
"""How what is said last of an entity begins that is FAILED and waits for no person; it is true at that moment alone."""


def failed(entity: EntityState, pause: float | None) -> Notice:
    """It is FAILED; it starts again after `pause` seconds, or waits for a person where that is None."""
    because = "" if entity.rules.auto_restart else " (auto.restart.on.user.error=false)"
    what_next = (f" It waits until `http-source restart`, or a materialization of its partition{because}."
                 if pause is None else f"{STARTS_AGAIN}{pause:g} s.")
    offset = readable(Foreign(entity.position.offset), entity.rules.redact, _LONGEST_OFFSET)
    words = f"Entity {entity.name} FAILED at offset {offset}: {entity.failure}{what_next}"
    return Notice(words, logging.ERROR, entity.name, State.FAILED, entity.failures, pause)


def endless(pages: int) -> str:
    """Why it follows no further page."""
    return (f"{pages} pages were followed one after another, and the last one leads on (http.page.max). What they held is delivered. If "
            "the API has that many, raise it; else check the mode, and what the API's paging expects.")


def retrying(entity: EntityState, reason: str, pause: float, of: int) -> Notice:
    """Its request failed, and is sent again after `pause` seconds; `of` is how often that is done."""
    attempts = f"attempt {entity.failed_attempts} of {of}, next in {round(pause, 2):g} s"
    words = f"Entity {entity.name}: {reason} ({attempts})"
    return Notice(words, logging.WARNING, entity.name, State.RETRYING, entity.failures, pause, entity.failed_attempts, of)


def running_again(entity: EntityState) -> Notice:
    """It is no longer FAILED."""
    return Notice(f"Entity {entity.name} is RUNNING again.", logging.INFO, entity.name)


def left(entity: EntityState, reason: str) -> Notice:
    """Its request did not succeed before the end, which may have cut it off."""
    return Notice(f"Entity {entity.name}: its last request is left to the next run: {reason}", logging.INFO)


def unheard(entity: EntityState, warnings: Sequence[str]) -> Iterator[Notice]:
    """Those of the warnings that it has not given yet; no more than a hundred in all."""
    for warning in warnings:
        if warning not in entity.warned and len(entity.warned) < _MOST_WARNINGS:
            entity.warned.add(warning)
            yield Notice(f"Entity {entity.name}: {warning}")
