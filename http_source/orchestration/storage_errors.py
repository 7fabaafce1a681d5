"""What Dagster's storage says when it fails, in words for a person."""

from http_source.foreign.text import in_brief

_OF_A_DISK = "; its disk may be full"


def said_by_storage(error: Exception) -> str:
    """The first line of what the database said, without the statement that SQLAlchemy adds."""
    cause = getattr(error, "orig", None) or error
    return in_brief(cause) + (_OF_A_DISK if _is_of_a_disk(cause) else "")


def _is_of_a_disk(error: object) -> bool:
    """Whether SQLite could not write to its files, which it says of a full disk in both ways."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR"))
