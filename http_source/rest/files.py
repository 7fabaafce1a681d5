"""Configuration files, written whole or not at all, and never over what somebody else has written meanwhile."""

import fcntl
import json
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from http_source.errors import HttpSourceError

_LEFT_BEHIND = ".http-source-"
"""How the names of files begin that are being written; with a dot, so that nobody takes one for a connector."""

_LONGEST_NAME = 200
"""Bytes: file systems take 255."""

PRIVATE = 0o600
"""The mode of what is written: a configuration is for its owner alone."""

_here = threading.Lock()


class FileChanged(HttpSourceError):
    """A configuration file that somebody changed, made or removed since it was looked at; nothing was written."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep all others out that change this folder through `serve`, in this process and others. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with _here:
            # Some network file systems lock no folders; what somebody else wrote is not overwritten there either.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
    finally:
        os.close(handle)


def file_for(folder: Path, name: str) -> Path:
    """Where a new connector is written. No name leads out of the folder; names that come to the same are the same name to Dagster."""
    stem = re.sub(r"[^\w.-]", "_", name)
    if len(stem.encode()) > _LONGEST_NAME:
        stem = re.sub(r"[^A-Za-z0-9_.-]", "_", stem)
    stem = f"_{stem[1:]}" if stem.startswith(".") else stem
    taken = {file.name.lower() for file in folder.iterdir()}
    numbered = (f"{stem}_{number}.json" for number in range(2, len(taken) + 3))
    return folder / next(each for each in (f"{stem}.json", *numbered) if each.lower() not in taken)


def content_of(properties: Mapping[str, object]) -> bytes:
    """What the file of a connector with these properties holds."""
    return f"{json.dumps(properties, ensure_ascii=False, indent=2)}\n".encode()


def write_new(file: Path, content: bytes) -> None:
    """Write a file that is not there, readable for its owner alone. Raises FileChanged, OSError."""
    with _written(file.parent, content) as whole:
        try:
            os.link(whole, file)
        except FileExistsError:
            raise FileChanged(f"{file.name} was created by somebody else at the same moment, so it was left as it is. Try again.") from None
    _settle(file.parent)


def replace(file: Path, before: bytes, content: bytes, mode: int = PRIVATE) -> None:
    """Write a file anew that held this before; a link stays, and what it leads to is written. Raises FileChanged, OSError."""
    target = file.resolve()
    with _written(target.parent, content) as whole:
        whole.chmod(mode)
        _refuse_changed(file, before)
        whole.replace(target)
    _settle(target.parent)


def remove(file: Path, before: bytes) -> None:
    """Remove a file that held this before. Raises FileChanged, OSError."""
    _refuse_changed(file, before)
    file.unlink()
    _settle(file.parent)


def _refuse_changed(file: Path, before: bytes) -> None:
    try:
        now = file.read_bytes()
    except FileNotFoundError:
        now = None
    if now != before:
        raise FileChanged(f"{file.name} was changed by somebody else at the same moment, so it was left as it is. Look at it, "
                          "and try again.")


@contextmanager
def _written(folder: Path, content: bytes) -> Iterator[Path]:
    """The content on disk, under a name that nobody reads."""
    for left in folder.glob(f"{_LEFT_BEHIND}*"):
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=_LEFT_BEHIND, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _settle(folder: Path) -> None:
    """Let the folder's own entry outlive a power failure, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
