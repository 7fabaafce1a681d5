"""What a mode of paging is: how the next offset follows from an answer. Each file beside this one has one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from math import inf
from typing import Any, ClassVar

from http_source.config.properties import ConnectorConfig, OffsetMode, OffsetOptions
from http_source.errors import Finding, PageRefused
from http_source.model import Doubt, Lasts, Offset, Page, Position, Value
from http_source.polling.scalar import fault_of, without_quotes

Forget = Callable[[str], str]
"""Takes out of a next-page URL what is added to each request anyway and must not be stored, such as a key."""

AS_STRING = "use.http.offset.json.pointer.as.string"
PAGE_CHANGED = Doubt(
    "The last page changed elsewhere than at its end, so the whole page is delivered again; records inserted into earlier pages are not "
    "seen. The mode needs a list that only grows at its end.",
    Lasts.A_DAY,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mode sees of a response.

    Attributes:
        records: all that it holds, in the order served.
        token: the JSON text at the first of `http.next.page.json.pointer` that leads to something; empty when none does.
        body: as it was received.
        url: what answered, after redirects.
        is_missing: whether there is nothing where the records should be.
        at: when it was read, in seconds since the epoch.
        is_unchanged: whether the API says that it is what it was (304), which nobody has kept.
    """

    records: Sequence[Value] = ()
    token: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""
    is_missing: bool = False
    at: float = inf
    is_unchanged: bool = False


class Tells(Enum):
    """What the records of a topic tell of an offset."""

    COUNT = auto()
    """How many there are accounts for it."""

    LAST_RECORD = auto()
    """The last one holds it."""

    NOTHING = auto()
    """It is the API's own."""


class Mode(ABC):
    """One `http.offset.mode`. An object of it remembers nothing, so one serves all entities and threads of a connector.

    Attributes:
        name: its value in the configuration.
        needs: the properties without which it cannot work.
        owns: the properties that act in it, and not in all modes.
        sample: what `http-source init` proposes, in the shape that is most common among APIs.
        tells: what the records of a topic tell of its offsets.
        starts_from: the property that says where an entity starts.
        starts_empty: whether an entity may start without `http.initial.offset`, though requests hold the offset.
    """

    name: ClassVar[OffsetMode]
    needs: ClassVar[tuple[str, ...]] = ()
    owns: ClassVar[tuple[str, ...]] = ()
    sample: ClassVar[Mapping[str, str]]
    tells: Tells = Tells.NOTHING
    starts_from: ClassVar[str] = "http.initial.offset"
    starts_empty: ClassVar[bool] = False

    def __init__(self, options: OffsetOptions, forget: Forget = str) -> None:
        self.options = options
        self.forget = forget

    @abstractmethod
    def next(self, answer: Answer, position: Position) -> Page:
        """The page that an answer is for the position that asked for it: its new records and where to go on.

        Raises PageRefused when the answer cannot be used and PositionRefused when the position cannot: nothing may be produced of it.
        """

    def repeats(self, page: Page, asked: Position) -> bool:
        """Whether the request for a position comes again, and brings nothing more as long as its answer is what it was."""
        return not (page.progressed or page.at_once) and page.position.place == asked.place

    @property
    def start(self) -> Offset:
        """The offset of an entity that was not polled yet."""
        initial = self.options.initial or ""
        return without_quotes(initial) if self.is_typed else initial

    @property
    def first(self) -> Offset:
        """What `${offset}` stands for in the first request."""
        return self.start

    def asks(self, position: Position) -> Offset:
        """What `${offset}` stands for in the next request. Raises PositionRefused when that cannot be sent."""
        return position.offset

    def known(self, position: Position) -> Mapping[str, str]:  # noqa: ARG002 - most modes have but the offset
        """What the mode's other variables stand for in the next request. Raises PositionRefused when that cannot be sent."""
        return {}

    def wait(self, position: Position, now: float) -> float:  # noqa: ARG002 - most modes ask at any time
        """Seconds from `now`, which is seconds since the epoch, until what comes at a position may be asked for."""
        return 0.0

    def shown(self, position: Position) -> Offset:
        """What a position asks for, for people."""
        return self.asks(position)

    @property
    def pointer(self) -> str:
        """Where it finds the next offset, as a person wrote it; empty when nowhere."""
        return ""

    def offset_of(self, record: Value) -> Offset:  # noqa: ARG002 - most modes find nothing in one
        """The offset that a record holds, where `tells` is LAST_RECORD.

        Raises PageRefused when it holds none, ValueError when it is no JSON.
        """
        raise PageRefused(f"The offsets of {self.name} are in no record.", retriable=False)

    @classmethod
    def check(cls, config: ConnectorConfig) -> Iterator[Finding]:  # noqa: ARG003 - of most modes nothing more is asked
        """What it demands of a configuration beyond `needs`."""
        yield from ()

    @property
    def is_typed(self) -> bool:
        """Whether offsets keep their JSON types, so that a text is written with its quotes where JSON is expected."""
        return AS_STRING in self.owns and not self.options.as_string

    def read(self, offset: Offset) -> Offset:
        """An offset that a person wrote, as this mode keeps it. Raises ValueError saying what would be accepted."""
        if isinstance(offset, str) and (fault := fault_of(offset)):
            raise ValueError(f"the offset is {fault}")
        return without_quotes(offset) if self.is_typed and isinstance(offset, str) else offset

    @classmethod
    def refusal(cls, offset: Offset) -> str:  # noqa: ARG003 - most modes ask for whatever is stored
        """Why a stored offset cannot be asked for, and what to do; empty when it can."""
        return ""


def moved(position: Position, **changes: Any) -> Position:
    """The position with the changes and the next sequence; the same one when nothing changes."""
    changed = replace(position, **changes)
    return position if changed == position else replace(changed, sequence=position.sequence + 1)
