"""One request to two servers, and in what their answers differ to a client."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests

JSON = "application/json"
MISTAKES = frozenset({"broken JSON", "not an object", "no body", "a list or an object for a value", "an unknown field"})
REFUSED = "`*`, an unknown path, or a method or `Accept` that is refused"
_LONGEST_S = 100
_ABSENT = "absent"
_FREE = frozenset({"config", "loggers"})
"""What each side names by itself: the kinds of the values are compared, not the keys."""

_OWN = frozenset({"partition", "offset"})
"""What a connector defines."""

_EQUAL = frozenset({"connector", "task", "id", "state", "error_code", "error_count", "status"})
"""What has the same value on both sides."""

_KINDS: Mapping[type, str] = {
    str: "text", bool: "boolean", int: "number", float: "number", type(None): "null", dict: "object", list: "list",
}


@dataclass(frozen=True)
class Side:
    """One of the servers, with what differs in requests that mean the same.

    Attributes:
        plugin: the class of its connector.
        shape: properties of a connector that works.
        needed: one of them without which it is refused.
        partition: one of the connector's partitions.
        offset: where that may stand.
        logger: one that it has, with none below.
    """

    url: str
    plugin: str
    shape: Mapping[str, str]
    needed: str
    partition: Mapping[str, object]
    offset: Mapping[str, object]
    logger: str
    session: requests.Session = field(default_factory=requests.Session)

    def config(self, name: str = "", /, **changes: object) -> dict[str, object]:
        """A configuration; `a_b` in a keyword stands for the property `a.b`, and `...` removes it."""
        named = {"name": name} if name else {}
        whole = {**self.shape, **named, **{key.replace("_", "."): value for key, value in changes.items()}}
        return {key: value for key, value in whole.items() if value is not ...}

    def without_what_is_needed(self, name: str) -> dict[str, object]:
        """A configuration that is refused."""
        return {key: value for key, value in self.config(name).items() if key != self.needed}

    def offsets(self, **changes: object) -> dict[str, list[object]]:
        """Where its one partition stands, as a body."""
        return {"offsets": [{"partition": self.partition, "offset": self.offset, **changes}]}

    def has_settled(self, state: str) -> bool:
        """Whether orders and its tasks have come to a state."""
        answered = self.session.get(f"{self.url}/connectors/orders/status", timeout=_LONGEST_S)
        status = answered.json()
        tasks = {task["state"] for task in status.get("tasks", ())}
        return bool(answered.ok and status["connector"]["state"] == state and tasks <= {state} and (tasks or state != "RUNNING"))


Body: TypeAlias = "bytes | Callable[[Side], object] | None"


@dataclass(frozen=True)
class Case:
    """A request.

    Attributes:
        asked: method and path; `{plugin}` and `{logger}` are the side's.
        body: bytes as they are, or what makes a document.
        note: what is particular about it; belongs to its title.
        then: the state of orders and its tasks to wait for before the next one.
        while_400: whether it is asked again while it is refused, since what it needs takes a moment.
    """

    asked: str
    body: Body = None
    note: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    then: str = ""
    while_400: bool = False

    @property
    def title(self) -> str:
        """What the page calls it, or all that are wrong in the same way."""
        if self.note in MISTAKES:
            return f"`*`, {self.note}"
        return f"`{self.asked}`, {self.note}" if self.note else f"`{self.asked}`"

    @property
    def root(self) -> str:
        """What the document is called in places."""
        method, _, path = self.asked.rstrip("/").partition(" ")
        if path == "/admin/loggers" or (method == "PUT" and path.startswith("/admin/loggers")):
            return "loggers"
        if path.startswith("/connector-plugins"):
            return "plugins"
        return "config" if path.endswith("/config") and method == "GET" else "$"

    def answered(self, side: Side) -> requests.Response:
        """What a side answers; nothing is followed."""
        method, _, path = self.asked.partition(" ")
        path = path.format(plugin=side.plugin, logger=side.logger)
        with_body: dict[str, Any] = {"data": self.body} if isinstance(self.body, bytes) else {"json": self.body(side)} if self.body else {}
        headers = {**({"Content-Type": JSON} if isinstance(self.body, bytes) else {}), **self.headers}
        # Connect closes connections without a word after what it has refused.
        return requests.request(method, side.url + path, headers=headers, timeout=_LONGEST_S, allow_redirects=False, **with_body)


@dataclass(frozen=True, order=True)
class Difference:
    """A line of the page, without its reason."""

    title: str
    there: str
    here: str


def differences(case: Case, there: requests.Response, here: requests.Response) -> Iterator[Difference]:
    """In what the answers of Kafka Connect and of `serve` differ. Where the codes do, nothing else counts."""
    if there.status_code != here.status_code:
        yield Difference(case.title, str(there.status_code), str(here.status_code))
        return
    if there.status_code >= HTTPStatus.BAD_REQUEST and "Content-Type" not in there.headers and here.headers["Content-Type"] == JSON:
        # Of what Connect's framework refuses by itself.
        yield Difference(REFUSED, f"Content-Type: {_ABSENT}", f"Content-Type: {JSON}")
        return
    for name, told in (("Content-Type", _kind), ("Location", _place), ("Allow", _allowed)):
        if name != "Allow" or case.asked.startswith("OPTIONS"):
            yield from _unless_same(case, name, told(there.headers.get(name)), told(here.headers.get(name)))
    yield from _unless_same(case, "body", *map(_form, (there, here)))
    if _form(there) == _form(here) == JSON:
        for place, *kinds in _compared(case.root, [there.json()], [here.json()]):
            yield from _unless_same(case, place, *kinds)


def _unless_same(case: Case, place: str, there: str, here: str) -> Iterator[Difference]:
    if there != here:
        yield Difference(case.title, f"{place}: {there}", f"{place}: {here}")


def _kind(header: str | None) -> str:
    return (header or _ABSENT).partition(";")[0].lower()


def _place(header: str | None) -> str:
    return urlsplit(header).path if header else _ABSENT


def _allowed(header: str | None) -> str:
    return " ".join(sorted(each.strip() for each in header.split(","))) if header else _ABSENT


def _form(answer: requests.Response) -> str:
    return "empty" if not answer.content else JSON if _kind(answer.headers.get("Content-Type")) == JSON else "text"


def _compared(place: str, there: Sequence[Any], here: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """Where the values that stand at a place differ: in their kinds, their keys, or in themselves where they are to be equal."""
    key = place.rpartition(".")[2].removesuffix("[]")
    if not _kinds(here) <= _kinds(there):
        yield place, " or ".join(sorted(_kinds(there))), " or ".join(sorted(_kinds(here)))
    objects = [[each for each in values if isinstance(each, dict)] for values in (there, here)]
    lists = [[each for each in values if isinstance(each, list)] for values in (there, here)]
    if key in _OWN:
        return
    if key in _FREE:
        yield from _both(f"{place}.*", *([value for each in found for value in each.values()] for found in objects))
    else:
        yield from _members(place, *objects)
    if key == "tasks" or place == "$":
        yield from _told(f"length of {place}", *(sorted({len(each) for each in found}) for found in lists))
    yield from _both(f"{place}[]", *([value for each in found for value in each] for found in lists))
    if key in _EQUAL or place == "$[]":
        yield from _told(place, *(sorted({str(each) for each in values if not isinstance(each, dict | list)}) for values in (there, here)))


def _members(place: str, there: Sequence[Mapping[str, Any]], here: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    if not there or not here:
        return
    keys = [dict.fromkeys(key for each in found for key in each) for found in (there, here)]
    for key in dict.fromkeys([*keys[0], *keys[1]]):
        values = [[each[key] for each in found if key in each] for found in (there, here)]
        if not all(values):
            yield f"{place}.{key}", "there" if values[0] else _ABSENT, "there" if values[1] else _ABSENT
        yield from _both(f"{place}.{key}", *values)
    if "tasks" in keys[0]:
        for key in ("name", "type"):
            yield from _told(f"{place}.{key}", *(sorted({str(each.get(key)) for each in found}) for found in (there, here)))


def _both(place: str, there: Sequence[Any], here: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """An empty list says nothing of what would stand in it."""
    if there and here:
        yield from _compared(place, there, here)


def _told(place: str, there: Sequence[object], here: Sequence[object]) -> Iterator[tuple[str, str, str]]:
    if there != here:
        yield place, " ".join(map(str, there)) or "nothing", " ".join(map(str, here)) or "nothing"


def _kinds(values: Sequence[Any]) -> set[str]:
    return {_KINDS[type(each)] for each in values}
