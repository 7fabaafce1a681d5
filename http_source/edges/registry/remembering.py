"""What was asked of the registry once need not be asked again; nor may it fill the memory."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_MOST = 1_000


def keep(kept: dict[K, V], key: K, value: V) -> V:
    """Keep one more; the one that came first goes when there are too many."""
    if len(kept) >= _MOST:
        del kept[next(iter(kept))]
    kept[key] = value
    return value
