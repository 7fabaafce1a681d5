"""What `serve` serves: the connectors of a folder, and Dagster's instance beside it.

It remembers only what it has seen of runs, and files that stay the same.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from http_source.assembly.folder import look_files
from http_source.config.document import read_document, unwrap
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError
from http_source.orchestration.identity import Connector
from http_source.orchestration.refusals import refusals
from http_source.orchestration.served_folder import served
from http_source.orchestration.signs import Signs
from http_source.orchestration.status import Instance
from http_source.rest.answers import Refused
from http_source.rest.connector_locks import ConnectorLocks
from http_source.rest.parsed import ParsedFiles
from http_source.rest.references import without_clear_secrets
from http_source.rest.reloading import Reloader

NOT_FOUND = "Connector {} not found"
"""What Connect says of a name that it does not know; it has other words for some requests."""

_log = logging.getLogger(__name__)


class Mistaken(Refused):
    """What cannot be done with a connector whose file has mistakes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A connector's file, with what it says or what is wrong with it.

    Attributes:
        neighbors: the other files of the folder: the more there are, the more rarely a sensor looks.
    """

    name: str
    file: Path
    config: KnownConfig | ConfigurationError
    neighbors: int = 0

    @property
    def document(self) -> Mapping[str, str]:
        """The properties exactly as the file has them, values as texts, `name` among them; nothing of a file that cannot be read.

        A secret in clear text, which no request can have written, is hidden.
        """
        properties = without_clear_secrets(_properties(self.file))
        return properties if "name" in properties else {"name": self.name, **properties}


class Unassigned:
    """Which tasks nothing polls, so that the log says why once, when that begins, and when it is over."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[int]] = {}
        self._looking = threading.Lock()

    def note(self, name: str, tasks: frozenset[int], reasons: Sequence[str]) -> None:
        """Log it, if it is new."""
        with self._looking:
            before = self._known.get(name, frozenset())
            self._known[name] = tasks
        if tasks - before:
            _log.warning("Nothing polls %s (task%s %s), so it is UNASSIGNED: %s", name, "s" * (len(tasks) != 1),
                         ", ".join(map(str, sorted(tasks))), " ".join(reasons))
        elif before and not tasks:
            _log.info("%s is UNASSIGNED no longer.", name)


@dataclass(frozen=True, slots=True)
class Worker:
    """What answers.

    Attributes:
        address: this process's `host:port`, which clients call the worker.
        reloader: has Dagster load what was changed; None where nothing may be.
        signs: what was seen of runs, so that who asks every few seconds need not wait for their signs of life.
        started: since when it answers, in seconds since the epoch.
    """

    instance: Instance
    address: str
    reloader: Reloader | None = None
    signs: Signs = field(default_factory=Signs)
    files: ParsedFiles = field(default_factory=ParsedFiles)
    unassigned: Unassigned = field(default_factory=Unassigned)
    locks: ConnectorLocks = field(default_factory=ConnectorLocks)
    started: float = field(default_factory=time.time)

    def connectors(self) -> Mapping[str, Kept]:
        """All connectors as their files are now, by name.

        One whose file has mistakes has the name that the file gives, unless another has it: then that of the file.
        """
        found = look_files(self.files)
        self.files.keep([file for file, _ in found.values()])
        others = len(found) - 1
        kept = {name: Kept(name, file, config, others) for name, (file, config) in found.items() if isinstance(config, KnownConfig)}
        for key, (file, config) in found.items():
            if isinstance(config, ConfigurationError):
                given = _properties(file).get("name", "")
                name = given if given.strip() and given not in kept and given not in found else key
                kept[name] = Kept(name, file, config, others)
        return dict(sorted(kept.items()))

    def kept(self, name: str, unknown: str = NOT_FOUND) -> Kept:
        """One of them. Raises Refused (404) for a name that no file has, in the words of `unknown`."""
        found = self.connectors().get(name)
        if found is None:
            raise Refused(404, unknown.replace("{}", name))
        return found

    def connector(self, name: str, unknown: str = NOT_FOUND) -> Connector:
        """One that can be looked at and moved. Raises Refused: 404 as `kept` does, as Mistaken 400 for a file with mistakes."""
        return self.connector_of(self.kept(name, unknown))

    @staticmethod
    def connector_of(kept: Kept) -> Connector:
        """What a file says. Raises Mistaken."""
        if isinstance(kept.config, ConfigurationError):
            raise Mistaken(400, f"The file of {kept.name} has mistakes, so it is not started:\n{kept.config}")
        return served(kept.config, kept.neighbors)

    def refusals(self, kept: Collection[Kept]) -> Mapping[str, str]:
        """The mistakes that Dagster finds, where it runs, in those of these files that have none here; by name."""
        files = {each.name: each.file for each in kept if isinstance(each.config, KnownConfig)}
        return refusals(self.instance, {name: (connector, files[name]) for name, connector in self.sound(kept).items()}, time.time())

    @staticmethod
    def sound(kept: Iterable[Kept]) -> Mapping[str, Connector]:
        """Those of these whose files have no mistakes, by name."""
        return {each.name: Worker.connector_of(each) for each in kept if isinstance(each.config, KnownConfig)}


def _properties(file: Path) -> Mapping[str, str]:
    """What a file says; nothing for one that cannot be read. null is the same as no value."""
    try:
        document, _ = read_document(file)
    except ConfigurationError:
        return {}
    return {name: as_text(value) for name, value in unwrap(document).items() if value is not None}


def as_text(value: object) -> str:
    """A value as Connect has it: a list of texts is one with commas."""
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
