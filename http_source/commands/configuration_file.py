"""Writes a configuration file: never over another one unasked, and for its owner only where it holds a secret."""

import os
from pathlib import Path

from http_source.commands.command import CommandFailed
from http_source.foreign.text import Foreign, readable

STDOUT = Path("-")


def refuse_to_replace(file: Path | None, *, force: bool) -> None:
    """Raise CommandFailed when the file is there and may not be replaced."""
    if file is not None and file != STDOUT and not force and os.path.lexists(file):
        raise CommandFailed(f"{file} already exists; name another file with --output, or replace it with --force.")


def write(file: Path, text: str, *, force: bool, private: bool) -> None:
    """Write the file, readable by its owner only when it holds a secret. Raises CommandFailed when it cannot be written."""
    if file == STDOUT:
        print(text, end="")
        return
    # Between the look for the file and here, somebody may have made one.
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    try:
        with os.fdopen(os.open(file, flags, 0o600 if private else 0o666), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {readable(Foreign.of(error), str)}. Name another file with --output.") from None
