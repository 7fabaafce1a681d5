"""What an API had left of its rate limits, and whose turn it was, when a run ended: the next one goes on, and begins with no burst.

Times in reports are seconds since the epoch.
"""

import time
from collections.abc import Mapping
from typing import Any

from http_source.foreign.text import Foreign, readable
from http_source.polling.allowance import Left
from http_source.polling.policy import LONGEST_RETRY_AFTER
from http_source.task import Task


def said_of_limits(task: Task) -> dict[str, Any]:
    """What the last report of a run says: what is `left`, where that is less than may be on their way at once, and whose `turns` are over.

    A turn is told where `due` tells when the API allows it, or nothing: who has waited longest goes first in the next run as well.
    """
    ahead = time.time() - time.monotonic()
    few = {crowd: left for crowd, left in task.asking.admission.left().items() if left.left < task.threads}
    left = [{
        "left": each.left,
        "until": each.until + ahead,
        "said": readable(each.said, task.redact),
        "entities": [entity.name for entity in task.entities if entity.crowd == crowd],
    } for crowd, each in few.items()]
    now = time.monotonic()
    turns = {entity.name: entity.due + ahead for entity in task.entities
             if entity.due is not None and (entity.crowd in few or entity.due - now <= 1)}
    return {name: each for name, each in {"left": left, "turns": turns}.items() if each}


def cut_short(limited: Mapping[str, Any]) -> str:
    """That an API announced a later reset than is waited for, as a sentence to append; empty where it did not."""
    if not (resets := limited.get("resets")):
        return ""
    return (f" It says that the limit resets at {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(resets))} UTC; no wait is longer than "
            f"{LONGEST_RETRY_AFTER / 60:g} minutes, and then one request finds out.")


def recall_limits(task: Task, left: Mapping[str, Any]) -> None:
    """Go on with what was left, by entity; before the start. What it is told nothing of may be asked as ever."""
    if not task.asking.heeds:
        return
    ahead = time.time() - time.monotonic()
    for entity in task.entities:
        if said := left.get(entity.name):
            task.asking.admission.remember(entity.crowd, Left(int(said["left"]), float(said["until"]) - ahead, Foreign(said["said"])))
