"""What a person does to files and switches, and how soon it shows in what is asked. Seconds after the reload or the click was done."""

import math
import time
from collections.abc import Callable

from bench.control.connector import Control
from bench.control.findings import Findings

_NEW = "first request of the new configuration"
_OLD = "last request of the old configuration"
_GAP = "longest gap beyond the interval"


def edit(control: Control, found: Findings) -> None:
    """Another header and interval."""
    control.begin()
    for _ in found.rounds(control):
        clicked = time.monotonic()
        done = control.edit()
        found.add("reload took", done - clicked)
        if control.stage.seen(lambda since=clicked: control.is_polled(since)):  # type: ignore[misc]
            found.add(_NEW, control.first(clicked) - done)
            found.add(_OLD, _last_old(control, clicked) - done)
            found.add(_GAP, control.longest_gap(clicked))
        else:
            _not_seen(control, found, _NEW, _OLD, _GAP)


def _last_old(control: Control, since: float) -> float:
    """The last request of the version before; it is waited for whether more come."""
    old = control.version - 1
    control.stage.seen(lambda: time.monotonic() > control.last(since, version=old) + control.interval * 5)
    return control.last(since, version=old)


def removal(control: Control, found: Findings) -> None:
    """The file goes, and comes back."""
    control.begin()
    for _ in found.rounds(control):
        clicked = time.monotonic()
        control.remove()
        _ended(control, found, clicked, control.reload(), "last request of the removed connector")
        control.write()
        done = control.reload()
        control.settle()
        found.add("first request after the file was put back", control.first(done) - done)


def pause(control: Control, found: Findings) -> None:
    """The sensor is switched off, and on again."""
    control.begin()
    for _ in found.rounds(control):
        clicked = time.monotonic()
        found.add("clicks that the daemon undid", control.stage.ui.pause(control.name))
        _ended(control, found, clicked, clicked, "last request after the pause")
        control.stage.ui.resume(control.name)
        done = time.monotonic()
        control.settle()
        found.add("first request after the resume", control.first(done) - done)


def _ended(control: Control, found: Findings, clicked: float, done: float, measured: str) -> None:
    """Wait for rest and note the last request; what does not come to rest is ended."""
    if control.stage.seen(control.at_rest):
        found.add(measured, control.last(clicked) - done)
    else:
        _not_seen(control, found, measured)


def entities(control: Control, found: Findings) -> None:
    """An entity is added, and removed again."""
    control.begin()
    for _ in found.rounds(control):
        control.entities = ("a", "b", "c")
        _changed(control, found, "added", lambda clicked: control.first(clicked, entity="c"), "first request of the new entity")
        control.settle()
        control.entities = ("a", "b")
        _changed(control, found, "removed", lambda clicked: _last_of(control, "c", clicked), "last request of the removed entity")


def _last_of(control: Control, entity: str, since: float) -> float:
    control.stage.seen(lambda: time.monotonic() > control.last(since, entity=entity) + control.interval * 5)
    return control.last(since, entity=entity)


def tasks(control: Control, found: Findings) -> None:
    """`tasks.max` changes, from 1 to 2 and back."""
    control.begin()
    for number in found.rounds(control):
        control.tasks = 1 if number % 2 else 2
        _changed(control, found, "tasks.max", lambda clicked: max(control.first(clicked, entity=each) for each in control.entities),
                 "first request of the last entity by the new plan")


def _changed(control: Control, found: Findings, change: str, moment: Callable[[float], float], measured: str) -> None:
    """Edit, and note the moment and the longest gap of the entities that were there before and stay."""
    clicked = time.monotonic()
    done = control.edit()
    gap = f"{change}: {_GAP}, of the others"
    if control.stage.seen(lambda: control.is_polled(clicked)):
        found.add(measured, moment(clicked) - done)
        found.add(gap, control.longest_gap(clicked, ("a", "b")))
    else:
        _not_seen(control, found, measured, gap)


def _not_seen(control: Control, found: Findings, *measured: str) -> None:
    for each in measured:
        found.add(each, math.inf)
    control.renew()
