"""Numbers on the command line."""

import argparse

_LAST_PORT = 65_535


def positive(text: str) -> int:
    """A number of 1 or more. Raises ArgumentTypeError."""
    if text.isascii() and text.isdigit() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")


def port(text: str) -> int:
    """A port. Raises ArgumentTypeError."""
    if positive(text) <= _LAST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port, 1 to {_LAST_PORT}")
