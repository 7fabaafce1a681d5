"""Converts a page, or holds it: what fails for a reason that may pass is converted again, and nobody asks the API for it a second time.

Source: KIP-298, where a thread sleeps through the pauses. Here none does: the page waits at its entity.
"""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from http_source.config.options.output import ErrorOptions
from http_source.entity import Entity, Held
from http_source.errors import RequestFailed
from http_source.model import Notice, Page, State
from http_source.polling.page import refuse_large
from http_source.polling.policy import Chance, pause_before_conversion

if TYPE_CHECKING:
    # What it brings takes a while to load, which connectors that write records as they were served need not wait for.
    from http_source.conversion.conversion import Conversion

Tell = Callable[[Notice], None]


def converted(entity: Entity, page: Page, convert: "Conversion | None") -> Page:
    """The page as Kafka gets it: as it was served, unless the connector has a format, key or transform.

    Raises PageRefused when it cannot be produced, RequestFailed when the registry fails; where that may pass, the entity holds the page.
    """
    if convert is not None:
        page = _converted_or_held(entity, page, convert)
        entity.traffic = entity.traffic.plus(skipped=page.skipped, undecided=page.undecided)
        refuse_large(page, convert.largest)
    # Last of all: a page that comes again, since its conversion failed, leads nowhere yet.
    return entity.trail.follow(page, entity.position)


def pause_while_held(entity: Entity, reason: str, convert: "Conversion | None", chance: Chance, tell: Tell) -> float | None:
    """Seconds until the page that the entity holds is to be converted again; None when it holds none, or none any longer.

    `reason` is why it could not be converted, without secrets. Each attempt whose number is a power of two is told: a registry may be
    down for days.
    """
    held = entity.held
    if held is None or convert is None:
        return None
    pause = pause_before_conversion(held.attempts, time.monotonic() - held.since, convert.errors, chance)
    if pause is None:
        entity.held = None
    elif held.attempts.bit_count() == 1:
        words = f"Entity {entity.name}: {reason} ({_attempt(held, pause, convert.errors)})"
        tell(Notice(words, logging.WARNING, entity.name, State.RETRYING, entity.failures, pause, held.attempts))
    return pause


def _attempt(held: Held, pause: float, errors: ErrorOptions) -> str:
    end = "never given up" if errors.retry_timeout_ms < 0 else f"given up after {errors.retry_timeout_ms / 1000:g} s"
    return f"attempt {held.attempts} at converting its page, next in {round(pause, 2):g} s, {end}"


def _converted_or_held(entity: Entity, page: Page, convert: "Conversion") -> Page:
    before, entity.held = entity.held, None
    try:
        return convert(entity.topic, page)
    except RequestFailed as failure:
        if failure.retriable:
            entity.held = Held(page, time.monotonic()) if before is None else Held(page, before.since, before.attempts + 1)
        raise
