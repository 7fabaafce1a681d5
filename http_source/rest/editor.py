"""The files of connectors as requests change them: found by the connector's name, judged, written, and said in the log."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_IMODE

from http_source.assembly.folder import folder
from http_source.config.document import parse_document, unwrap
from http_source.config.findings import shown, some
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError
from http_source.foreign.text import Foreign, escape, readable
from http_source.orchestration.identity import Connector
from http_source.orchestration.pausing import hold, resume, stop
from http_source.orchestration.served_folder import served
from http_source.orchestration.status import Instance
from http_source.rest import files
from http_source.rest.answers import Refused
from http_source.rest.calls import Call, who
from http_source.rest.validation import judge, refusal
from http_source.rest.worker import Kept, as_text

STATES = ("RUNNING", "PAUSED", "STOPPED")
"""How a connector may begin."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A connector's file as it was when a request came.

    Attributes:
        content: what is not to be overwritten if it is another one meanwhile.
        mode: who may read it.
        properties: what it says; None where it cannot be read.
    """

    file: Path
    content: bytes
    mode: int
    properties: Mapping[str, object] | None

    @classmethod
    def of(cls, file: Path) -> "Held":
        """A file as it is now. Raises OSError."""
        content, mode = file.read_bytes(), S_IMODE(file.stat().st_mode)
        try:
            return cls(file, content, mode, unwrap(parse_document(content)[0]))
        except (ValueError, RecursionError):
            return cls(file, content, mode, None)


@dataclass(frozen=True, slots=True)
class Written:
    """What a request wrote.

    Attributes:
        connector: what Dagster is to serve.
        content: what the file holds since then.
        before: the file as it was; None for a new one.
    """

    connector: Connector
    file: Path
    content: bytes
    before: Held | None = None


@dataclass(frozen=True, slots=True)
class Editor:
    """Changes the files of the folder, for one request at a time.

    Attributes:
        known: the connectors before.
        user: who asks; empty where nobody is asked who he is.
    """

    instance: Instance
    folder: Path
    known: Mapping[str, Kept]
    user: str = ""

    @staticmethod
    @contextmanager
    def of(call: Call) -> "Iterator[Editor]":
        """The editor for a request. Raises Refused: 409 where a file was changed meanwhile, 500 where the folder cannot be written."""
        place = folder()
        try:
            with files.alone_in(place):
                yield Editor(call.worker.instance, place, call.worker.connectors(), call.user)
        except files.FileChanged as error:
            raise Refused(409, str(error)) from None
        except OSError as error:
            cure = " Let the user of this server write there." if isinstance(error, PermissionError) else ""
            raise Refused(500, f"The folder of connectors cannot be written: {readable(Foreign.of(error), str)}.{cure}") from None

    def find(self, name: str) -> Held | None:
        """The file of a connector, also of one whose mistakes keep it from being known by its name. Raises Refused (400) for several."""
        broken = [Held.of(each.file) for each in self.known.values() if isinstance(each.config, ConfigurationError)]
        named = [held for held in broken if (held.properties or {}).get("name") == name]
        if len(named) > 1:
            raise Refused(400, f"The connector {name} is in {some([held.file.name for held in named])}, and which one is meant is not "
                               "clear. Remove all of these files but one by hand, or give each connector its own name.")
        return Held.of(self.known[name].file) if name in self.known else next(iter(named), None)

    def found(self, name: str) -> Held:
        """The same. Raises Refused (404) where there is none."""
        held = self.find(name)
        if held is None:
            raise Refused(404, f"Connector {name} not found")
        return held

    def make(self, properties: Mapping[str, str], state: str = "RUNNING") -> Written:
        """Write a new one, and lay down how it begins: what is left of an earlier one of its name, such as a pause, is over."""
        if self.find(properties["name"]):
            raise Refused(409, f"Connector {properties['name']} already exists")
        connector = self._judged(properties, None)
        written = Written(connector, files.file_for(self.folder, connector.name), files.content_of(properties))
        files.write_new(written.file, written.content)
        try:
            self._begin(connector, state)
        except BaseException:
            written.file.unlink()
            raise
        self._say(connector.name, f"made in {written.file.name}, {state}, with {_listed(properties)}")
        return written

    def rewrite(self, held: Held, properties: Mapping[str, object]) -> Written:
        """Write the file of one anew, unless it says the same; whatever is paused or stopped stays so."""
        connector = self._judged(properties, held.file)
        before, after = _texts(held.properties or {}), _texts(properties)
        if before == after:
            self._say(connector.name, f"sent as it is in {held.file.name}, so nothing was written")
            return Written(connector, held.file, held.content, held)
        written = Written(connector, held.file, files.content_of(properties), held)
        files.replace(held.file, held.content, written.content)
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        self._say(connector.name, f"changed in {held.file.name}: {_listed(changed)}")
        return written

    def take_back(self, written: Written) -> None:
        """Let a file be what it was before, unless it is another one by now."""
        if written.before is None:
            files.remove(written.file, written.content)
        elif written.content == written.before.content:
            return
        else:
            files.replace(written.file, written.content, written.before.content, written.before.mode)
        self._say(written.connector.name, f"restored, since Dagster refuses what was written to {written.file.name}")

    def remove(self, held: Held) -> Connector | None:
        """Remove the file of one; what Dagster serves of it, None where that has mistakes."""
        known = next((each for each in self.known.values() if each.file == held.file), None)
        connector = served(known.config) if known and isinstance(known.config, KnownConfig) else None
        files.remove(held.file, held.content)
        self._say(known.name if known else held.file.stem, f"removed with {held.file.name}")
        return connector

    def _begin(self, connector: Connector, state: str) -> None:
        resume(self.instance, connector, [])
        if state == "PAUSED":
            hold(self.instance, connector, by=who(self.user))
        elif state == "STOPPED":
            stop(self.instance, connector, [], by=who(self.user))

    def _judged(self, properties: Mapping[str, object], file: Path | None) -> Connector:
        judged = judge(properties, self.known, file)
        if judged.config is None:
            raise refusal(judged.mistakes)
        for doubt in judged.findings:
            _log.warning("%s: %s", escape(judged.config.name), doubt)
        return served(judged.config, len(self.known))

    def _say(self, name: str, what: str) -> None:
        _log.info("%s was %s; by %s.", escape(name), what, shown(self.user) if self.user else "a user without a name")


def _texts(properties: Mapping[str, object]) -> dict[str, str]:
    """What the properties of a file say, however it is written."""
    return {name: as_text(value) for name, value in properties.items() if value is not None}


def _listed(names: Mapping[str, object] | list[str]) -> str:
    """Names of properties, never their values."""
    return ", ".join(map(shown, names))
