"""Types that stored JSON is read into."""

from msgspec.json import Decoder


def know(*kinds: type) -> None:
    """Let msgspec look at types where their module is imported, which one thread does.

    Two threads that are the first to read into a type, at the same time, end the process: a segmentation fault of msgspec before 0.23.
    """
    for kind in kinds:
        Decoder(kind)
