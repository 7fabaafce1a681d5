"""Why a record cannot be given a schema. Messages name places and types, never values."""

from http_source.errors import PageRefused

Path = tuple[str, ...]
"""A place in a record: the names of the fields that lead there; `*` for every element of an array and every value of a map."""


class PlaceRefused(ValueError):
    """A value that no schema can hold beside what is known.

    Attributes:
        path: the place in the record, empty for the record itself.
        reason: what is wrong there, without the place.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


class RecordRefused(PageRefused):
    """A record, by its place in the page from 0, that no schema can hold beside the others; nothing of its page is produced."""

    def __init__(self, record: int, path: Path, reason: str) -> None:
        place = f" at {pointer(path)}" if path else ""
        super().__init__(f"Record {record} of the page{place}: {reason}", retriable=False)


def conflict(path: Path, *, known: str, seen: str, advice: str) -> PlaceRefused:
    """The refusal of a value of another type than its place has."""
    return PlaceRefused(path, f"{seen} came where the type is {known} so far. {advice}")


def pointer(path: Path) -> str:
    """The place as a JSON pointer (RFC 6901); whatever could break a line of a log is escaped."""
    place = "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)
    return repr(place)[1:-1]
