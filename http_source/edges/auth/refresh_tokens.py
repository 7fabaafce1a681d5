"""Refresh tokens (RFC 6749 §6), which some servers replace with each use: in memory, or in a file that all tasks of a connector see."""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from http_source.config.properties import AuthOptions, GrantType
from http_source.config.types import text_of
from http_source.edges.auth.oauth2_grants import FILE
from http_source.errors import RequestFailed
from http_source.foreign.text import Foreign, readable

_log = logging.getLogger(__name__)

_PATIENCE_S = 60.0
"""Another task holds the file for a token request, which takes 30 s at most."""

_LOOK_S = 0.05
_ROTATED = (
    "The token server gave a new refresh token instead of oauth2.refresh.token. It is kept in memory; a run that starts later begins "
    "with the configured one. If the server takes each only once, set oauth2.refresh.token.file."
)
_UNWRITTEN = (
    "The token server gave a new refresh token, and it could not be written to oauth2.refresh.token.file (%s). It is kept in memory; a run "
    "that starts later may need a new oauth2.refresh.token. Let the user who runs Dagster write that file and its folder."
)
_DAMAGED = (
    f"The file of {FILE} is damaged, or something else wrote it: there is no refresh token in it. No token was requested, since the one in "
    "oauth2.refresh.token may be used up. Restore the file; or remove it, and set oauth2.refresh.token to a new one."
)


class RefreshTokens(Protocol):
    """The refresh token of a connector."""

    def lent(self) -> contextlib.AbstractContextManager[str]:
        """The newest one, for one token request: nobody else uses it meanwhile. May raise RequestFailed."""

    def keep(self, newest: str) -> None:
        """Use that one from now on; only while one is lent."""


def refresh_tokens(options: AuthOptions) -> RefreshTokens:
    """As the configuration says where they are kept."""
    configured = text_of(options.refresh_token)
    if options.refresh_token_file and options.grant_type is GrantType.REFRESH_TOKEN:
        return InFile(Path(options.refresh_token_file), configured)
    return InMemory(configured)


class InMemory:
    """Lasts as long as the process."""

    def __init__(self, configured: str) -> None:
        # In a closure: what lists an object's attributes finds a function and no text.
        self._newest: Callable[[], str] = lambda: configured
        self._is_told = False

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """The newest one."""
        yield self._newest()

    def keep(self, newest: str) -> None:
        """Keep it, and warn once that nobody else does."""
        if not self._is_told:
            _log.warning(_ROTATED)
        self._is_told, self._newest = True, lambda: newest


class InFile:
    """Lasts, and is shared by all processes that see the file; each waits for the others.

    The file says which configured token it began with, so that another one in the configuration begins anew.
    """

    def __init__(self, file: Path, configured: str) -> None:
        self._file = file
        self._configured: Callable[[], str] = lambda: configured
        self._began_with = hashlib.sha256(b"http-source refresh token\0" + configured.encode()).hexdigest()[:32]
        self._unwritten: Callable[[], str] = lambda: ""

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """The newest one, with the file locked. Raises RequestFailed when the file cannot be used, or others keep it for a minute."""
        try:
            lock = os.open(f"{self._file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            _wait_for(lock)
            yield self._unwritten() or self._read() or self._configured()
        finally:
            os.close(lock)

    def keep(self, newest: str) -> None:
        """Write it, whole or not at all; where that fails, keep it in memory."""
        document = json.dumps({"began_with": self._began_with, "refresh_token": newest})
        try:
            _replace(self._file, document)
        except OSError as error:
            _log.error(_UNWRITTEN, readable(Foreign.of(error), str))
            self._unwritten = lambda: newest
        else:
            self._unwritten = lambda: ""

    def _read(self) -> str:
        """What the file has, if it goes back to the configured token; empty where it goes back to another, is empty, or is not there."""
        try:
            text = self._file.read_bytes()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise self._unusable(error) from None
        if not text.strip():
            return ""
        began_with, kept = _parts(text)
        return kept if began_with == self._began_with else ""

    def _unusable(self, error: OSError) -> RequestFailed:
        reason = readable(Foreign.of(error), str)
        return RequestFailed(f"The file of {FILE} cannot be used: {reason}. Let the user who runs Dagster write it, and its folder.")


def _parts(text: bytes) -> tuple[str, str]:
    """Which configured token a file began with, and its newest one. Raises RequestFailed where there is no such thing."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    match document:
        case {"began_with": str(began_with), "refresh_token": str(kept)} if kept:
            return began_with, kept
    raise RequestFailed(_DAMAGED)


def _wait_for(lock: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    pause = threading.Event()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise RequestFailed("Other tasks have kept the file of oauth2.refresh.token.file locked for a minute. Is "
                                    "a run frozen?") from None
            pause.wait(_LOOK_S)
        else:
            return


def _replace(file: Path, text: str) -> None:
    """Write a file that its owner alone may read, so that after a crash it is the old one or the new one."""
    beside = Path(f"{file}.new")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:  # noqa: PTH123 - of a descriptor
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    beside.replace(file)
