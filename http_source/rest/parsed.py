"""Reads configuration files for many requests: one that stays the same is parsed once, since clients ask for each connector by itself."""

import re
import time
from collections.abc import Collection
from pathlib import Path

from http_source.assembly.loading import look_config
from http_source.config.document import read_document, unwrap
from http_source.config.properties import KnownConfig

_SETTLED_S = 2.0
"""A file that was written a moment ago may be written again within what its file system counts as the same time."""

_PROVIDER = re.compile(r"\$\{([^}:]+):")
_FIXED = frozenset({"env"})
"""Providers whose values stay as long as this process."""

Mark = tuple[int, int, int]


class ParsedFiles:
    """What was read, as long as the files stay as they were."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[Mark, KnownConfig]] = {}

    def __call__(self, file: Path) -> KnownConfig:
        """A file's configuration, as `look_config` reads it. Raises ConfigurationError as that does."""
        mark, known = _mark(file), self._known.get(file)
        if known is not None and known[0] == mark:
            return known[1]
        config = look_config(file)
        if mark is not None and _stays(file):
            self._known[file] = (mark, config)
        return config

    def keep(self, files: Collection[Path]) -> None:
        """Forget all but these."""
        for gone in {*list(self._known)} - {*files}:
            self._known.pop(gone, None)


def _mark(file: Path) -> Mark | None:
    """What changes with the file; None for one that is not there, or was written just now."""
    try:
        found = file.stat()
    except OSError:
        return None
    return None if abs(time.time() - found.st_mtime) < _SETTLED_S else (found.st_mtime_ns, found.st_size, found.st_ino)


def _stays(file: Path) -> bool:
    """Whether nothing but the file says what its values are."""
    document, _ = read_document(file)
    providers = {name for value in unwrap(document).values() for name in _PROVIDER.findall(str(value))}
    return providers <= _FIXED
