"""What an `auth.type` is: what it needs, what it sends, and what signs with it. Each of the types has a file beside this one.

These files load whatever they sign with when they sign: `http-source validate` asks them, too, and does not wait for it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

from http_source.config.properties import AuthOptions, AuthType
from http_source.config.rules.rule import Rule
from http_source.foreign.redactor import Redactor
from http_source.model import Request, Response

if TYPE_CHECKING:
    from requests.models import PreparedRequest

Ask = Callable[[Request], Response]
"""Sends a token request within 30 s and gives the whole answer, whatever its status; raises RequestFailed when there is none."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Signer(Protocol):
    """Puts credentials on the requests of all threads of a connector."""

    def __call__(self, request: "PreparedRequest") -> "PreparedRequest":
        """Sign the request, whose URL and body are final. May raise RequestFailed."""

    def renew(self, refused: "PreparedRequest", answer: Response) -> bool:
        """Whether a request that was answered so is worth sending once more, signed anew. May raise RequestFailed."""

    def distrust(self) -> None:
        """Begin with new credentials where there are some to be had: an entity has failed."""


class Unchanging:
    """Credentials that stay as they are: what was refused once is refused again."""

    def renew(self, refused: "PreparedRequest", answer: Response) -> bool:  # noqa: ARG002 - every refused request is alike
        """Never."""
        return False

    def distrust(self) -> None:
        """There are no others."""


class Authentication(ABC):
    """One `auth.type`. Nobody makes an object of it: it is asked about the options that it is given.

    Attributes:
        name: its value in the configuration.
        needs: the properties without which it cannot work, where its others have their defaults.
        owns: how the names of the properties begin that act in it, and not in all types.
        sample: what `http-source init` writes besides what is needed.
        asks_for_tokens: whether its signer sends token requests.
        rules: what it demands of a configuration beyond `needs`; they are asked only where it is chosen.
    """

    name: ClassVar[AuthType]
    needs: ClassVar[tuple[str, ...]] = ()
    owns: ClassVar[tuple[str, ...]] = ()
    sample: ClassVar[Mapping[str, str]] = {}
    asks_for_tokens: ClassVar[bool] = False
    rules: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    @abstractmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer | None:
        """What signs the requests of a connector whose options were checked; None where nothing is signed.

        What it gets at run time that may be repeated in an answer, such as a token, it tells `redact`.
        """

    @classmethod
    def needed(cls, options: AuthOptions) -> tuple[str, ...]:  # noqa: ARG003 - mostly whatever the options
        """The properties without which it cannot work with such options; `needs` is what it needs by default."""
        return cls.needs

    @classmethod
    def headers(cls, options: AuthOptions) -> tuple[str, ...]:  # noqa: ARG003 - most types send the same
        """The names of the headers that it sends."""
        return ("Authorization",)

    @classmethod
    def parameter(cls, options: AuthOptions) -> str:  # noqa: ARG003 - most types send none
        """The name of the query parameter that it sends; empty when it sends none."""
        return ""

    @classmethod
    def hidden(cls, options: AuthOptions) -> Iterator[str]:  # noqa: ARG003 - mostly the properties are all
        """What must not be shown of it besides the values of its secret properties, such as two of them joined."""
        yield from ()
